/** One line of the client: finds its action, runs it, and tells whatever ends it early. Never fails. */
import { errorLine, HttpError } from "../../core/ctl/ClientError.ts"
import { parseCommandLine } from "../../core/ctl/commandLine.ts"
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { actions } from "./actions.ts"
import type { Action, Ctl } from "./Ctl.ts"
import { endOfInput } from "./confirmed.ts"

export const runLine = async (ctl: Ctl, text: string): Promise<void> => {
  const line = parseCommandLine(text)
  if (line.kind === "empty") return
  const action = line.kind === "command" ? actions.get(line.name) : undefined
  if (action === undefined || line.kind === "unknown") {
    ctl.output(`*** Unknown syntax: ${line.line}`)
    ctl.exit = ctlExit.generic
    return
  }
  try {
    const refused = await refusedLogin(ctl, action, line.rest)
    if (!refused) return
    ctl.output("Server requires authentication")
    if (ctl.interactive) {
      await askLogin(ctl)
      return await runLine(ctl, line.line)
    }
    // As supervisorctl does, which tries again with what was refused, and so tells twice.
    await action(ctl, line.rest)
  } catch (error) {
    ctl.output(errorLine(error))
    ctl.exit = ctlExit.generic
  }
}

const refusedLogin = async (ctl: Ctl, action: Action, rest: string): Promise<boolean> => {
  try {
    await action(ctl, rest)
    return false
  } catch (error) {
    if (error instanceof HttpError && error.status === 401) return true
    throw error
  }
}

const askLogin = async (ctl: Ctl): Promise<void> => {
  const username = await ctl.io.readLine("Username:")
  if (username === null) throw endOfInput()
  const password = await ctl.io.readSecret("Password:")
  if (password === null) throw endOfInput("")
  ctl.output("")
  ctl.username = username
  ctl.password = password
}

/** Logs as they grow: `tail -f`, `maintail -f` and `fg` (supervisord.md 4.8). Their trouble goes to standard error. */
import { UnreachableError } from "../../core/ctl/ClientError.ts"
import { encodingWarning } from "../../core/ctl/encodingWarning.ts"
import { serverAddress } from "../../core/ctl/serverUrl.ts"
import { httpFollow } from "../../os/http/httpClient.ts"
import { HttpFailure } from "../../os/http/httpSocket.ts"
import { untilInterrupt } from "../../os/interrupts.ts"
import { basicAuth } from "./basicAuth.ts"
import type { Ctl } from "./Ctl.ts"

export const exitHint = "==> Press Ctrl-C to exit <=="

export interface Following {
  /** When the server ended it, or `close` did. Never fails. */
  readonly ended: Promise<void>
  readonly close: () => void
}

export const followLog = (ctl: Ctl, path: string): Following => {
  const url = `${ctl.serverUrl}${path}`
  const { password, username } = ctl
  const headers = {
    "User-Agent": "reeve",
    Accept: "*/*",
    ...(password === null || password === "" ? {} : basicAuth(username ?? "None", password))
  }
  const place = serverAddress(ctl.serverUrl)
  const following = httpFollow({ place, path, headers }, ctl.io.outBytes)
  const ended = following.ended.then(
    (status) => {
      if (status !== null && status !== 200) {
        ctl.io.err(`${url} Cannot read, status code ${status}\n`)
      }
    },
    (error: unknown) => {
      if (!(error instanceof HttpFailure)) throw error
      const { message, pythonClass } = new UnreachableError(error.errno, error.message)
      ctl.io.err(`${url} Cannot connect, error: <class '${pythonClass}'> (${message})\n`)
    }
  )
  return { ended, close: following.close }
}

/** Until the server ends it or the user presses Ctrl-C. */
export const tailFollow = async (ctl: Ctl, path: string): Promise<void> => {
  const warning = encodingWarning(ctl.io.variable)
  if (warning !== null) ctl.output(warning)
  ctl.output(exitHint)
  const following = followLog(ctl, path)
  const { interrupted } = await untilInterrupt(following.ended)
  if (!interrupted) return
  following.close()
  ctl.output("")
}

/** `shutdown` (supervisord.md 5.3). That it is under way already is told, and is no failure. */
import { UnreachableError } from "../../core/ctl/ClientError.ts"
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import { answerOf } from "./answerOf.ts"
import type { Action, Ctl } from "./Ctl.ts"
import { confirmed } from "./confirmed.ts"
import { refusesAny } from "./usage.ts"

export const shutdown: Action = async (ctl, rest) => {
  if (refusesAny(ctl, "shutdown", rest)) return
  if (!(await confirmed(ctl, "Really shut the remote supervisord process down y/N? "))) return
  const call = ctl.supervisor()
  try {
    const answer = await answerOf(call("shutdown"))
    if (answer.kind === "value") return ctl.output("Shut down")
    if (answer.fault.code !== faults.SHUTDOWN_STATE) throw answer.fault
    ctl.output("ERROR: already shutting down")
  } catch (error) {
    if (!isDown(error)) throw error
    tellDown(ctl, error)
  }
}

const isDown = (error: unknown): error is UnreachableError =>
  error instanceof UnreachableError && ["ECONNREFUSED", "ENOENT"].includes(error.errno)

const tellDown = (ctl: Ctl, { errno }: UnreachableError): void => {
  ctl.exit = ctlExit.generic
  const what = errno === "ENOENT" ? "no such file" : "refused connection"
  ctl.output(`ERROR: ${ctl.serverUrl} ${what} (already shut down?)`)
}

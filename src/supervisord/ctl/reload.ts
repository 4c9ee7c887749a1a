/** `reload`: restarts the server in place (supervisord.md 5.3, 7.7). */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import { answerOf } from "./answerOf.ts"
import type { Action } from "./Ctl.ts"
import { confirmed } from "./confirmed.ts"
import { refusesAny } from "./usage.ts"

export const reload: Action = async (ctl, rest) => {
  if (refusesAny(ctl, "reload", rest)) return
  if (!(await confirmed(ctl, "Really restart the remote supervisord process y/N? "))) return
  const answer = await answerOf(ctl.supervisor()("restart"))
  if (answer.kind === "value") return ctl.output("Restarted supervisord")
  ctl.exit = ctlExit.generic
  if (answer.fault.code === faults.CANT_REREAD) return ctl.output(`ERROR: ${answer.fault.text}`)
  if (answer.fault.code !== faults.SHUTDOWN_STATE) throw answer.fault
  ctl.output("ERROR: already shutting down")
}

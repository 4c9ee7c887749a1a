/** `reread`: what the configuration files would change (supervisord.md 9.2). */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { readChanges } from "../../core/ctl/readStruct.ts"
import { changeLines } from "../../core/ctl/tables.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import { answerOf } from "./answerOf.ts"
import type { Action } from "./Ctl.ts"
import { refusesAny } from "./usage.ts"

export const reread: Action = async (ctl, rest) => {
  if (refusesAny(ctl, "reread", rest)) return
  const answer = await answerOf(ctl.supervisor()("reloadConfig"))
  if (answer.kind === "value") {
    for (const line of changeLines(readChanges(answer.value))) ctl.output(line)
    return
  }
  const { code, text } = answer.fault
  ctl.exit = ctlExit.generic
  if (code === faults.SHUTDOWN_STATE) ctl.output("ERROR: supervisor shutting down")
  else if (code === faults.CANT_REREAD) ctl.output(`ERROR: ${text}`)
  else throw answer.fault
}

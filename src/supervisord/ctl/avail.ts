/** `avail`: all configured processes (supervisord.md 5.3). */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { listOf, readConfigRow } from "../../core/ctl/readStruct.ts"
import { availLine } from "../../core/ctl/tables.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import { answerOf } from "./answerOf.ts"
import type { Action } from "./Ctl.ts"
import { refusesAny } from "./usage.ts"

export const avail: Action = async (ctl, rest) => {
  if (refusesAny(ctl, "avail", rest)) return
  const answer = await answerOf(ctl.supervisor()("getAllConfigInfo"))
  if (answer.kind === "value") {
    for (const row of listOf(answer.value)) ctl.output(availLine(readConfigRow(row)))
    return
  }
  ctl.exit = ctlExit.generic
  if (answer.fault.code !== faults.SHUTDOWN_STATE) throw answer.fault
  ctl.output("ERROR: supervisor shutting down")
}

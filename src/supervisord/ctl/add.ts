/** `add`: makes groups of the pending configuration active (supervisord.md 5.3, 9.3). */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { words } from "../../core/ini/pythonText.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import { answerOf } from "./answerOf.ts"
import type { Action } from "./Ctl.ts"

export const add: Action = async (ctl, rest) => {
  const call = ctl.supervisor()
  for (const name of words(rest)) {
    const answer = await answerOf(call("addProcessGroup", name))
    if (answer.kind === "value") {
      ctl.output(`${name}: added process group`)
      continue
    }
    const { code } = answer.fault
    if (code === faults.ALREADY_ADDED) {
      ctl.output("ERROR: process group already active")
      continue
    }
    ctl.exit = ctlExit.generic
    if (code === faults.SHUTDOWN_STATE) ctl.output("ERROR: shutting down")
    else if (code === faults.BAD_NAME) ctl.output(`ERROR: no such process/group: ${name}`)
    else throw answer.fault
  }
}

/** `remove`: takes stopped groups out of the active configuration (supervisord.md 5.3, 9.3). */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { words } from "../../core/ini/pythonText.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import { answerOf } from "./answerOf.ts"
import type { Action } from "./Ctl.ts"

export const remove: Action = async (ctl, rest) => {
  const call = ctl.supervisor()
  for (const name of words(rest)) {
    const answer = await answerOf(call("removeProcessGroup", name))
    if (answer.kind === "value") {
      ctl.output(`${name}: removed process group`)
      continue
    }
    const { code } = answer.fault
    ctl.exit = ctlExit.generic
    if (code === faults.STILL_RUNNING) {
      ctl.output(`ERROR: process/group still running: ${name}`)
    } else if (code === faults.BAD_NAME) {
      ctl.output(`ERROR: no such process/group: ${name}`)
    } else {
      throw answer.fault
    }
  }
}

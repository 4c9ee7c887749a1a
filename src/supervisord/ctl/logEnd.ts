/** The end of a log as the server reads it, followed by one line break; or why there is none. */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { textOf } from "../../core/ctl/readStruct.ts"
import { faults, type XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import { answerOf } from "./answerOf.ts"
import type { Ctl } from "./Ctl.ts"

const reasons: ReadonlyMap<number, string> = new Map([
  [faults.NO_FILE, "no log file"],
  [faults.FAILED, "unknown error reading log"],
  [faults.BAD_NAME, "no such process name"]
])

/** `name` is what an error line begins with. */
export const showLogEnd = async (
  ctl: Ctl,
  name: string,
  method: string,
  params: ReadonlyArray<XmlRpcValue>
): Promise<void> => {
  const answer = await answerOf(ctl.supervisor()(method, ...params))
  if (answer.kind === "value") return ctl.output(textOf(answer.value))
  ctl.exit = ctlExit.generic
  const reason = reasons.get(answer.fault.code)
  if (reason === undefined) throw answer.fault
  ctl.output(`${name}: ERROR (${reason})`)
}

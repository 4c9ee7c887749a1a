/** `clear` (supervisord.md 5.3): empties logs. A whole group is not taken, as in supervisorctl. */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { clearLine } from "../../core/ctl/resultLine.ts"
import { words } from "../../core/ini/pythonText.ts"
import type { Action } from "./Ctl.ts"
import { eachName, type NamedAction } from "./eachName.ts"
import { upcheck } from "./upcheck.ts"
import { refuseArguments } from "./usage.ts"

const clearing: NamedAction = {
  ofAll: "clearAllProcessLogs",
  ofGroup: null,
  ofProcess: "clearProcessLogs",
  parameters: [],
  lineOf: clearLine,
  ignored: null,
  noGroup: ctlExit.generic
}

export const clear: Action = async (ctl, rest) => {
  if (!(await upcheck(ctl))) return
  const names = words(rest)
  if (names.length > 0) return eachName(ctl, clearing, names)
  refuseArguments(ctl, "clear", "Error: clear requires a process name")
}

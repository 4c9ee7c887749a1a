/** `stop` (supervisord.md 5.3). That a process is down already is told, and is no failure. */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { stopLine } from "../../core/ctl/resultLine.ts"
import { words } from "../../core/ini/pythonText.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { Action } from "./Ctl.ts"
import { eachName, type NamedAction } from "./eachName.ts"
import { upcheck } from "./upcheck.ts"
import { refuseArguments } from "./usage.ts"

const stopping: NamedAction = {
  ofAll: "stopAllProcesses",
  ofGroup: "stopProcessGroup",
  ofProcess: "stopProcess",
  parameters: [],
  lineOf: stopLine,
  ignored: faults.NOT_RUNNING,
  noGroup: ctlExit.generic
}

export const stop: Action = async (ctl, rest) => {
  if (!(await upcheck(ctl))) return
  const names = words(rest)
  if (names.length > 0) return eachName(ctl, stopping, names)
  refuseArguments(ctl, "stop", "Error: stop requires a process name")
}

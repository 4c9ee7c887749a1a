/** `start` (supervisord.md 5.3). That a process runs already is told, and is no failure. */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { startLine } from "../../core/ctl/resultLine.ts"
import { words } from "../../core/ini/pythonText.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { Action } from "./Ctl.ts"
import { eachName, type NamedAction } from "./eachName.ts"
import { upcheck } from "./upcheck.ts"
import { refuseArguments } from "./usage.ts"

const starting: NamedAction = {
  ofAll: "startAllProcesses",
  ofGroup: "startProcessGroup",
  ofProcess: "startProcess",
  parameters: [],
  lineOf: startLine,
  ignored: faults.ALREADY_STARTED,
  noGroup: ctlExit.invalidArguments
}

export const start: Action = async (ctl, rest) => {
  if (!(await upcheck(ctl))) return
  const names = words(rest)
  if (names.length > 0) return eachName(ctl, starting, names)
  const sentence = "Error: start requires a process name"
  refuseArguments(ctl, "start", sentence, ctlExit.invalidArguments)
}

/** `signal` (supervisord.md 5.3). */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { signalLine } from "../../core/ctl/resultLine.ts"
import { words } from "../../core/ini/pythonText.ts"
import type { Action } from "./Ctl.ts"
import { eachName } from "./eachName.ts"
import { upcheck } from "./upcheck.ts"
import { refuseArguments } from "./usage.ts"

export const signal: Action = async (ctl, rest) => {
  if (!(await upcheck(ctl))) return
  const [sign, ...names] = words(rest)
  if (sign === undefined || names.length === 0) {
    const sentence = "Error: signal requires a signal name and a process name"
    return refuseArguments(ctl, "signal", sentence)
  }
  const signalling = {
    ofAll: "signalAllProcesses",
    ofGroup: "signalProcessGroup",
    ofProcess: "signalProcess",
    parameters: [sign],
    lineOf: signalLine,
    ignored: null,
    noGroup: ctlExit.generic
  }
  await eachName(ctl, signalling, names)
}

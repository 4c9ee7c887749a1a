/** `tail` (supervisord.md 5.3): the end of a process's log, or the log as it grows. */

import { encodingWarning } from "../../core/ctl/encodingWarning.ts"
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { readTailArguments } from "../../core/ctl/tailArguments.ts"
import type { Action } from "./Ctl.ts"
import { tailFollow } from "./follow.ts"
import { showLogEnd } from "./logEnd.ts"
import { upcheck } from "./upcheck.ts"
import { refuseArguments } from "./usage.ts"

export const tail: Action = async (ctl, rest) => {
  if (!(await upcheck(ctl))) return
  const wanted = readTailArguments(rest)
  if (wanted.kind === "refused") {
    if (wanted.withHelp) return refuseArguments(ctl, "tail", wanted.sentence)
    ctl.output(wanted.sentence)
    ctl.exit = ctlExit.generic
    return
  }
  const { amount, channel, name } = wanted
  if (amount.kind === "follow") return tailFollow(ctl, `/logtail/${name}/${channel}`)
  const warning = encodingWarning(ctl.io.variable)
  if (warning !== null) ctl.output(warning)
  const method = channel === "stdout" ? "readProcessStdoutLog" : "readProcessStderrLog"
  await showLogEnd(ctl, name, method, [name, amount.offset, 0])
}

/** `maintail` (supervisord.md 5.3): the server's own log. */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { readAmount } from "../../core/ctl/tailArguments.ts"
import { words } from "../../core/ini/pythonText.ts"
import type { Action } from "./Ctl.ts"
import { tailFollow } from "./follow.ts"
import { showLogEnd } from "./logEnd.ts"
import { upcheck } from "./upcheck.ts"
import { refuseArguments } from "./usage.ts"

export const maintail: Action = async (ctl, rest) => {
  if (!(await upcheck(ctl))) return
  const [modifier, ...others] = words(rest)
  if (others.length > 0) return refuseArguments(ctl, "maintail", "Error: too many arguments")
  const amount = readAmount(modifier ?? null)
  if (amount === null) {
    ctl.output(`Error: bad argument ${modifier}`)
    ctl.exit = ctlExit.generic
    return
  }
  if (amount.kind === "follow") return tailFollow(ctl, "/mainlogtail")
  await showLogEnd(ctl, "supervisord", "readLog", [amount.offset, 0])
}

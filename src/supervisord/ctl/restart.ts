/** `restart`: all stops, then all starts, with what both of them say (supervisord.md 5.3). */
import { words } from "../../core/ini/pythonText.ts"
import type { Action } from "./Ctl.ts"
import { start } from "./start.ts"
import { stop } from "./stop.ts"
import { upcheck } from "./upcheck.ts"
import { refuseArguments } from "./usage.ts"

export const restart: Action = async (ctl, rest) => {
  if (!(await upcheck(ctl))) return
  if (words(rest).length === 0) {
    return refuseArguments(ctl, "restart", "Error: restart requires a process name")
  }
  await stop(ctl, rest)
  await start(ctl, rest)
}

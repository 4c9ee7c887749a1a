/** `status`: rows of all processes, or of those named (supervisord.md 5.3). */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { listOf, type ProcessRow, readProcess } from "../../core/ctl/readStruct.ts"
import { statusLines } from "../../core/ctl/tables.ts"
import { words } from "../../core/ini/pythonText.ts"
import { splitNamespec } from "../../core/namespec.ts"
import type { Action, Ctl } from "./Ctl.ts"
import { upcheck } from "./upcheck.ts"

/** STOPPED, EXITED, FATAL, UNKNOWN (supervisord.md 2.1). */
const down: ReadonlySet<number> = new Set([0, 100, 200, 1000])

export const status: Action = async (ctl, rest) => {
  if (!(await upcheck(ctl))) {
    ctl.exit = ctlExit.statusUnknown
    return
  }
  const all = listOf(await ctl.supervisor()("getAllProcessInfo")).map(readProcess)
  const names = words(rest)
  const rows =
    names.length === 0 || names.includes("all")
      ? all
      : names.flatMap((name) => rowsOf(ctl, name, all))
  // At once: each write is a call of the system.
  if (rows.length > 0) ctl.output(statusLines(rows).join("\n"))
  if (rows.some(({ state }) => down.has(state))) ctl.exit = ctlExit.statusNotRunning
}

const rowsOf = (
  ctl: Ctl,
  name: string,
  all: ReadonlyArray<ProcessRow>
): ReadonlyArray<ProcessRow> => {
  const { group, process } = splitNamespec(name)
  const found = all.filter(
    (row) => row.group === group && (process === null || row.name === process)
  )
  if (found.length === 0) {
    ctl.output(
      process === null ? `${group}: ERROR (no such group)` : `${name}: ERROR (no such process)`
    )
    ctl.exit = ctlExit.statusUnknown
  }
  return found
}

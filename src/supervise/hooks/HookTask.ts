/** One command that runs, or waits to run, beside the program of an instance. */
import type { CommandWords, HookName } from "../../domain/Hooks.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import type { ExitStatus } from "../../domain/State.ts"

export interface HookTask {
  readonly hook: HookName
  /** Of the process life that it is about. */
  readonly spec: InstanceSpec
  /** Null: nothing is run; what comes next only waits for those before it. */
  readonly command: CommandWords | null
  readonly timeoutMs: number
  /** Of the program's process, if there is one. */
  readonly pid: number | null
  /** How that ended; null: it did not. */
  readonly status: ExitStatus | null
  /** Its own process, as soon as it has one. */
  process: { readonly pid: number; readonly startTicks: number } | null
}

export const hookTask = (
  hook: HookTask["hook"],
  spec: InstanceSpec,
  about: Pick<HookTask, "pid" | "status"> = { pid: null, status: null }
): HookTask => {
  const { hooks, stop } = spec.definition
  const given =
    hook === "stopCommand"
      ? { command: stop.command, timeoutMs: stop.timeoutMs }
      : (hooks[hook] ?? { command: null, timeoutMs: 0 })
  return { hook, spec, ...given, ...about, process: null }
}

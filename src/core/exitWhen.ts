/**
 * `--exit-when`, for containers: "fatal" ends the daemon when an instance is FATAL, "all-exited" when nothing runs and nothing
 * will. The exit status is 0 only where everything ended as it was expected to.
 */
import type { ActualInstance } from "../domain/Actual.ts"
import { awaitedAmong } from "./dependency/awaitedAmong.ts"

export type ExitWhen = "fatal" | "all-exited"

/** The status to end with and why; null: go on. */
export const exitWhen = (
  wanted: ExitWhen,
  instances: ReadonlyArray<ActualInstance>
): { readonly code: 0 | 1; readonly text: string } | null => {
  if (wanted === "fatal") {
    const fatal = instances.find(({ state }) => state === "FATAL")
    return fatal === undefined ? null : { code: 1, text: `${fatal.spec.address} is FATAL` }
  }
  // Event listeners serve the others, and never end by themselves.
  const working = instances.filter(({ spec }) => spec.definition.listener === null)
  const begun = working.some(({ starts, state }) => starts > 0 || isEnded(state))
  const isEnd = (it: ActualInstance): boolean =>
    isWaiting(it) ? awaitedAmong(it.spec.definition.dependsOn, instances).length > 0 : isOver(it)
  if (!begun || !working.every(isEnd)) return null
  const failed = working.filter((it) =>
    it.state === "EXITED"
      ? it.reason?.kind !== "exited" || !it.reason.expected
      : it.state !== "STOPPED" || isWaiting(it)
  )
  return failed.length === 0
    ? { code: 0, text: "all programs have exited" }
    : {
        code: 1,
        text: `all programs have exited, not as expected: ${failed.map(({ spec }) => spec.address).join(", ")}`
      }
}

/** A task may have completed in an earlier run of reeve. */
const isEnded = (state: ActualInstance["state"]): boolean => state === "EXITED" || state === "FATAL"

/** Where nothing else is to come, what waits never starts. */
const isWaiting = ({ reason, state }: ActualInstance): boolean =>
  state === "STOPPED" && reason?.kind === "waiting"

/**
 * A process that exited and is to be restarted is EXITED for a moment: its restart has a time. So has the return of one that
 * was stopped by hand for a while.
 */
const isOver = (instance: ActualInstance): boolean => {
  const { nextAttemptAt, override, process, spec, starts, state } = instance
  return (
    process === null &&
    nextAttemptAt === null &&
    !(override?.kind === "stopped" && override.until !== null) &&
    (state === "EXITED" ||
      state === "FATAL" ||
      // One that was never started may be about to be, unless nothing starts it.
      (state === "STOPPED" && (starts > 0 || !spec.definition.start.auto)))
  )
}

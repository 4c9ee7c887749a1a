/**
 * What the trial does to reeve, one blow at a time, and how long programs were without supervision after it: from the blow
 * until the new daemon had adopted everything, both by the monotonic clock of the machine.
 */
import type { DaemonInfo } from "../../src/api/messages.ts"
import type { BurstControl } from "./BurstControl.ts"
import type { PlannedKill } from "./killPlan.ts"
import type { Stricken } from "./Stricken.ts"

export interface Struck {
  readonly inBurst: boolean
  readonly atMs: number
  /** When the next daemon was seen running. */
  readonly readyMs: number
  /** Null: the daemon does not tell when it had adopted everything. */
  readonly unsupervisedMs: number | null
}

const lookEveryMs = 3

export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

/**
 * Waits for the moment, strikes, and waits until another daemon runs. `readyMs`: since when this one was seen to run.
 * `mayAskAgain`: whether one more burst would not rotate away what the check has not read.
 */
export const strikeOnce = async (
  stricken: Stricken,
  control: BurstControl | null,
  { burstLeadMs, delayMs }: PlannedKill,
  readyMs: number,
  mayAskAgain: () => Promise<boolean> = async () => true
): Promise<Struck> => {
  const before = await stricken.info()
  if (burstLeadMs !== null) {
    await until(readyMs + delayMs - burstLeadMs)
    if (control?.isIdle()) control.ask()
  }
  await until(readyMs + delayMs)
  if (burstLeadMs !== null && control !== null) await burstBegins(control, mayAskAgain)
  const inBurst = control?.isUnderWay() ?? false
  const atMs = monotonicMs()
  stricken.strike(before)
  await stricken.mend()
  const after = await anotherRuns(stricken, before.daemon.pid)
  return { inBurst, atMs, readyMs: monotonicMs(), unsupervisedMs: unsupervised(after, atMs) }
}

/** The end of a restart of the writer may be waited for, too. */
const burstBegins = async (
  control: BurstControl,
  mayAskAgain: () => Promise<boolean>
): Promise<void> => {
  const latest = monotonicMs() + 5_000
  while (!control.isUnderWay() && monotonicMs() < latest) {
    if (control.isIdle() && (await mayAskAgain())) control.ask()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** Looks often: a kill right after the daemon is ready must be possible. */
const anotherRuns = async ({ info, over }: Stricken, pid: number): Promise<DaemonInfo> => {
  const latest = monotonicMs() + 60_000
  while (monotonicMs() < latest) {
    if (over()) throw new Error("reeve has ended")
    const found = await info().catch(() => null)
    if (found?.phase === "running" && found.daemon.pid !== pid) return found
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
  throw new Error("no other daemon runs after 60 seconds")
}

/** `adopted` is read as what an answer may hold, so that daemons are tried that do not tell it. */
const unsupervised = (info: object, atMs: number): number | null => {
  if (!("adopted" in info) || typeof info.adopted !== "object" || info.adopted === null) return null
  const { adopted } = info
  return "monotonicMs" in adopted && typeof adopted.monotonicMs === "number"
    ? adopted.monotonicMs - atMs
    : null
}

const until = async (atMs: number): Promise<void> => {
  const left = atMs - monotonicMs()
  if (left <= 0) return
  await new Promise((resolve) => setTimeout(resolve, left))
  // Timers of Node ring a millisecond too soon now and then.
  await until(atMs)
}

/** Limits of the stop ladder, in milliseconds. Each bounds a wait that a process could otherwise make endless. */
import type { Policy } from "./instanceState.ts"

/** After this many SIGKILLs without an end the instance is UNKNOWN: it sits in the kernel, and nobody waits for it any longer. */
export const killAttempts = 3

/** Between two SIGKILLs: the stop timeout, but neither a flood (timeout 0) nor a standstill. */
export const rearmMs = (policy: Policy): number =>
  Math.min(Math.max(policy.stop.timeoutMs, 1_000), 10_000)

/** Between two looks at what is left of a group whose leader has ended: 20 ms, doubling to half a second. */
export const sweepMs = (sweeps: number): number => Math.min(20 * 2 ** sweeps, 500)

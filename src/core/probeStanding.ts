/** What the results of a probe add up to: thresholds in both directions, and failures that do not count. */
import type { ProbeResult, Standing } from "../domain/Probe.ts"

/** Before anything was seen. `now`: wall clock, milliseconds. */
export const freshStanding = (ok: boolean, now: number): Standing => ({
  ok,
  since: now,
  successes: 0,
  failures: 0,
  last: null
})

export interface Thresholds {
  /** In a row, to be ok. */
  readonly successes: number
  /** In a row, not to be ok any more. */
  readonly failures: number
}

/** `starting`: it is in its start period, where failures before the first success do not count. */
export const afterResult = (
  standing: Standing,
  result: ProbeResult,
  thresholds: Thresholds,
  starting: boolean
): Standing => {
  const successes = result.ok ? standing.successes + 1 : 0
  const failures = result.ok || (starting && !hasSucceeded(standing)) ? 0 : standing.failures + 1
  const flips = standing.ok ? failures >= thresholds.failures : successes >= thresholds.successes
  return {
    ok: standing.ok !== flips,
    since: flips ? result.at : standing.since,
    successes,
    failures,
    last: result
  }
}

/** A failure that counted comes after a success, or after the start period. */
const hasSucceeded = ({ failures, successes }: Standing): boolean => successes > 0 || failures > 0

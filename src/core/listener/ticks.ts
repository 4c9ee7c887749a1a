/** TICK events (supervisord.md 6.1): one where the time slice of its period is another than before, none for those between. */
import type { ListenerEvent } from "../../domain/ListenerEvent.ts"

const periods = [
  ["TICK_5", 5],
  ["TICK_60", 60],
  ["TICK_3600", 3600]
] as const

/** The shortest period, in seconds. */
const shortest = 5

/** Wall clock, milliseconds since the epoch. */
export const ticksBetween = (before: number, now: number): ReadonlyArray<ListenerEvent> =>
  periods.flatMap(([type, period]) => {
    const when = slice(now, period)
    return when === slice(before, period) ? [] : [{ type, payload: `when:${when}` }]
  })

/** Milliseconds until a tick may be due. */
export const untilNextTick = (now: number): number =>
  (slice(now, shortest) + shortest) * 1000 - Math.floor(now)

const slice = (milliseconds: number, period: number): number => {
  const seconds = Math.floor(milliseconds / 1000)
  return seconds - (((seconds % period) + period) % period)
}

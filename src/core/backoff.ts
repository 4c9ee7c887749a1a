/**
 * Backoff as data becomes an Effect Schedule, driven by hand: one step per failed attempt, under the caller's clock and the
 * Random service. Nothing sleeps here; the delay is handed to the instance machine.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { Backoff } from "../domain/Definition.ts"

/** No wait is longer than a year: an exponential schedule without a cap would leave the range of timers. */
const longestMs = 365 * 24 * 3_600_000

const scheduleOf = (backoff: Backoff): Schedule.Schedule<unknown> =>
  base(backoff).pipe(
    Schedule.modifyDelay(({ duration }) => {
      const capped = Math.min(Duration.toMillis(duration), backoff.maxMs ?? longestMs, longestMs)
      if (backoff.jitter === 0) return Effect.succeed(capped)
      return Effect.map(Random.next, (share) =>
        Math.round(capped * (1 + backoff.jitter * (2 * share - 1)))
      )
    })
  )

const base = (backoff: Backoff): Schedule.Schedule<unknown> => {
  switch (backoff.kind) {
    case "exponential":
      return Schedule.exponential(backoff.initialMs, backoff.factor)
    case "linear":
      return stepped((attempt) => backoff.stepMs * attempt)
    case "fixed":
      return Schedule.spaced(backoff.delayMs)
    case "sequence":
      return stepped((attempt) => backoff.delaysMs[attempt - 1] ?? backoff.delaysMs.at(-1) ?? 0)
  }
}

const stepped = (delayMs: (attempt: number) => number): Schedule.Schedule<unknown> =>
  Schedule.fromStepWithMetadata(
    Effect.succeed((meta: Schedule.InputMetadata<unknown>) => {
      const duration = Duration.millis(delayMs(meta.attempt))
      return Effect.succeed<[Duration.Duration, Duration.Duration]>([duration, duration])
    })
  )

/**
 * Gives the delay before attempt `attempt` (from 1). Attempts in sequence are steps of one run of the schedule; any other
 * number starts a new run and steps to it. `now`: milliseconds, monotonic.
 */
export interface Pacer {
  readonly delayMs: (attempt: number, now: number) => Effect.Effect<number>
}

export const makePacer = (backoff: Backoff): Pacer => new Pace(backoff)

/** Of thousands of programs: most never fail, and have nothing made for it. */
class Pace implements Pacer {
  readonly backoff: Backoff
  schedule: Schedule.Schedule<unknown> | null = null
  run: Run | null = null
  taken = 0

  constructor(backoff: Backoff) {
    this.backoff = backoff
  }

  delayMs(attempt: number, now: number): Effect.Effect<number> {
    return delayOf(this, attempt, now)
  }
}

const delayOf = Effect.fnUntraced(function* (pace: Pace, attempt: number, now: number) {
  if (pace.run === null || attempt !== pace.taken + 1) {
    pace.schedule ??= scheduleOf(pace.backoff)
    pace.run = yield* Schedule.toStep(pace.schedule)
    pace.taken = 0
  }
  const { run } = pace
  let delay = 0
  while (pace.taken < attempt) {
    delay = yield* run(now, undefined).pipe(
      Effect.map(([, duration]) => Duration.toMillis(duration)),
      Pull.catchDone(() => Effect.succeed(delay))
    )
    pace.taken += 1
  }
  return delay
})

type Run = Effect.Success<ReturnType<typeof Schedule.toStep<unknown, unknown, never, never>>>

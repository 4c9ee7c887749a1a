import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

/**
 * Runs a part of the daemon for ever in a fiber of the scope: when it fails, the reason is logged and it begins anew, the
 * first time at once, then ever later up to ten seconds. A part that ends by itself is not begun anew.
 */
export const keepAlive = <E, R>(name: string, part: Effect.Effect<unknown, E, R>) =>
  part.pipe(
    Effect.tapCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.void
        : Effect.logError(`${name} failed and is begun anew`, Cause.pretty(cause))
    ),
    Effect.sandbox,
    Effect.retry({ schedule: pauses, while: (cause) => !Cause.hasInterruptsOnly(cause) }),
    Effect.ignore,
    Effect.forkScoped({ startImmediately: true })
  )

const pauses = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("10 seconds")])

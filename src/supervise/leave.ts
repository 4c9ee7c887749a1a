/** The end of supervision that touches nothing: actors stop between two steps, so that what is on record is what is. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Workshop } from "./Workshop.ts"

/** A start that waits for a slow helper is begun anew by the next daemon. */
const patience = "1 second"

export const leaveOf = ({ state }: Pick<Workshop, "state">): Effect.Effect<void> =>
  Effect.suspend(() => {
    state.leaving = true
    return Effect.repeat(
      Effect.sync(() => state.atWork),
      { schedule: Schedule.spaced("2 millis"), while: (atWork) => atWork > 0 }
    )
  }).pipe(
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.void }),
    Effect.andThen(
      Effect.sync(() => {
        state.left = true
      })
    )
  )

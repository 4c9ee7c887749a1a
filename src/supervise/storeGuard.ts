/** Writes to the store that must not stop supervision: a failure is said once, and so is the end of it. */
import * as Effect from "effect/Effect"
import type { StoreFailure } from "../store/Store.ts"

/** Gives the effect's value; null where it could not be had. */
export type Guard = <A>(write: Effect.Effect<A, StoreFailure>) => Effect.Effect<A | null>

export const makeGuard = (): Guard => {
  const state = { failing: false }
  return (write) =>
    write.pipe(
      Effect.tap(() => {
        if (!state.failing) return Effect.void
        state.failing = false
        return Effect.logInfo("the store is written again")
      }),
      Effect.catchTag("StoreFailure", (failure) => {
        if (state.failing) return Effect.succeed(null)
        state.failing = true
        return Effect.as(
          Effect.logError(`the store cannot be written, supervision goes on: ${failure.message}`),
          null
        )
      })
    )
}

import * as Effect from "effect/Effect"
import type { Workshop } from "./Workshop.ts"

/**
 * One start a turn of the loop goes on at once, any other waits for the next: a storm of crashes must not starve timers and
 * sockets (design 8). An exit is heard in a turn after that of its signal.
 */
export const startTurn = ({ scope, state }: Pick<Workshop, "scope" | "state">) =>
  Effect.suspend((): Effect.Effect<void> => {
    if (state.startedInTurn) return Effect.yieldNow
    state.startedInTurn = true
    const end = Effect.sync(() => {
      state.startedInTurn = false
    })
    return Effect.asVoid(
      Effect.forkIn(Effect.andThen(Effect.yieldNow, end), scope, { startImmediately: true })
    )
  })

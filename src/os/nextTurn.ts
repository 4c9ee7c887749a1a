/** A turn of the event loop, so that timers and sockets are served between many small things. */
import * as Effect from "effect/Effect"

/** Exits handled before timers and sockets get their turn. */
export const EXITS_PER_TURN = 16

export const nextTurn = Effect.callback<void>((resume) => {
  const immediate = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(immediate))
})

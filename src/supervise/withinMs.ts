import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** `Effect.timeoutOrElse` for what seldom waits: what is over at once needs neither a timer nor a race. */
export const withinMs =
  <B, E2, R2>(ms: number, orElse: () => Effect.Effect<B, E2, R2>) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A | B, E | E2, R | R2> =>
    Effect.flatMap(Effect.forkChild(effect, { startImmediately: true }), (fiber) => {
      const exit = fiber.pollUnsafe()
      return exit === undefined
        ? Effect.timeoutOrElse(Fiber.join(fiber), {
            duration: ms,
            orElse: () => Effect.andThen(Fiber.interrupt(fiber), orElse())
          })
        : exit
    })

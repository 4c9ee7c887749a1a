import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Desk } from "./Desk.ts"
import type { Applied } from "./Reconciler.ts"

export type Begun<E> = Deferred.Deferred<Applied, E>

/**
 * An apply that a client asks for, in a fiber of its own: a client that goes away does not cut it in two. With `wait`: when what
 * was started came up or failed to; else as soon as it is accepted, which `work` tells through `begun` (outcome "applying").
 */
export const forClient = <E>(
  { scope }: Desk,
  wait: boolean,
  work: (begun: Begun<E>) => Effect.Effect<Applied, E>
): Effect.Effect<Applied, E> =>
  Effect.gen(function* () {
    const begun: Begun<E> = yield* Deferred.make<Applied, E>()
    const told = work(begun).pipe(Effect.tapCause((cause) => Deferred.failCause(begun, cause)))
    const fiber = yield* Effect.forkIn(told, scope)
    return yield* wait ? Fiber.join(fiber) : Deferred.await(begun)
  })

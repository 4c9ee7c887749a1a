/**
 * A start or a stop in two parts, as clients see it: what is known at once, and what is to be waited for. What was begun goes
 * on when the client who asked for it goes away.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { RpcFault } from "../Rpc.ts"
import type { Bench } from "./Bench.ts"

/** `wait` null: all is done. */
export interface Begun {
  readonly wait: Effect.Effect<void, RpcFault> | null
}

export type Begin = (
  bench: Bench,
  instance: ActualInstance,
  /** As faults name it. */
  name: string
) => Effect.Effect<Begun, RpcFault>

export const nothingLeft: Begun = { wait: null }

/** Runs in the daemon's scope; giving up waiting does not end it. */
export const onward = <A, E>({ scope }: Bench, work: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.flatMap(Effect.forkIn(work, scope, { startImmediately: true }), Fiber.join)

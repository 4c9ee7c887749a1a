/** Makes content the one that is kept running: numbered and stored before anything of it is carried out. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Desired } from "../domain/Desired.ts"
import type { Plan } from "../domain/Plan.ts"
import { carryOut, type Order, settle } from "./carryOut.ts"
import type { Desk } from "./Desk.ts"
import { followSources } from "./followSources.ts"

/** Its number. The same content again keeps its number and takes the newer sources. */
export const accept = (
  { memory, place }: Desk,
  desired: Desired,
  plan: Plan,
  who: string
): Effect.Effect<number> =>
  Effect.gen(function* () {
    const known = memory.accepted
    memory.pending = null
    if (known?.desired.hash === desired.hash) {
      memory.accepted = { number: known.number, desired }
      return known.number
    }
    const at = yield* Clock.currentTimeMillis
    const number = yield* place.store.generations
      .append({ desired, plan, who, at })
      .pipe(
        Effect.catchTag("StoreFailure", (failure) =>
          Effect.as(
            Effect.logError(`the generation is applied but not on record: ${failure.message}`),
            (known?.number ?? 0) + 1
          )
        )
      )
    yield* followSources(place, desired)
    memory.accepted = { number, desired }
    yield* place.events.emit({ kind: "generation", number, outcome: "applying", detail: null })
    return number
  })

/**
 * Carries the order out. `settled` is no part of the turn: a program may take its time to come up, and the next save must
 * not wait for it.
 */
export const workOff = ({ memory, place, scope }: Desk, order: Order) =>
  Effect.gen(function* () {
    const applied = yield* carryOut(place, memory, order)
    const settling = yield* Effect.forkIn(settle(place, order, applied), scope)
    return { applied, settled: Fiber.join(settling) }
  })

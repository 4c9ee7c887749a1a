/** Makes content the one that is kept running: numbered and stored before anything of it is carried out. */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Desired } from "../domain/Desired.ts"
import type { Pin } from "../domain/Pin.ts"
import type { Plan } from "../domain/Plan.ts"
import type { StoreFailure } from "../store/Store.ts"
import { carryOut } from "./carryOut.ts"
import { isOnRecordUnhealthy, supersedeOpen } from "./conclude.ts"
import type { Desk } from "./Desk.ts"
import { followSources } from "./followSources.ts"
import type { Order } from "./Order.ts"
import { declaredBy, settle, settleAgain, settleBeside } from "./settle.ts"

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
    yield* supersedeOpen(place, memory)
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
    memory.unproven = number
    memory.bad = null
    yield* place.events.emit({ kind: "generation", number, outcome: "applying", detail: null })
    return number
  })

/** The same content with other numbers of instances: nothing of it has to be proven anew. */
export const acceptNumbers = (desk: Desk, desired: Desired, plan: Plan): Effect.Effect<number> =>
  Effect.gen(function* () {
    const { memory, place } = desk
    const { bad, pending } = memory
    const number = yield* accept(desk, desired, plan, place.options.who)
    memory.pending = pending
    memory.bad = bad
    memory.unproven = null
    return number
  })

interface Pinning {
  /** The generation whose content it is; null: it is no older one's. */
  readonly rollbackOf: number | null
  readonly who: string
  readonly reason: string | null
}

/**
 * The same for what is pinned: both are on record in one moment, so that a daemon that dies now ends what this began. What
 * cannot be recorded is not begun.
 */
export const acceptPinned = (
  { memory, place }: Desk,
  desired: Desired,
  plan: Plan,
  { reason, rollbackOf, who }: Pinning
): Effect.Effect<{ readonly number: number; readonly pin: Pin }, StoreFailure> =>
  Effect.gen(function* () {
    const { generations, overrides } = place.store
    const at = yield* Clock.currentTimeMillis
    const known = memory.accepted
    const isSame = known?.desired.hash === desired.hash
    const number = isSame
      ? known.number
      : yield* generations.append({ desired, plan, who, at, pinned: { rollbackOf, reason } })
    const pin: Pin = { generation: rollbackOf ?? number, who, at, reason }
    if (isSame) yield* overrides.putPin(pin)
    else yield* supersedeOpen(place, memory)
    yield* followSources(place, desired)
    memory.accepted = { number, desired }
    memory.pin = pin
    memory.unproven = null
    memory.bad = null
    memory.pinnedOver = memory.candidate?.desired.hash ?? null
    memory.pending = null
    if (!isSame) {
      yield* place.events.emit({ kind: "generation", number, outcome: "applying", detail: null })
    }
    return { number, pin }
  })

/**
 * Carries the order out. `settled` is no part of the turn: a program may take its time to come up, and the next save must
 * not wait for it.
 */
export const workOff = ({ memory, place, scope }: Desk, order: Order) =>
  Effect.gen(function* () {
    const before = memory.rollout
    const isAgain = yield* isOnRecordUnhealthy(place, order.number)
    const applied = yield* carryOut(place, memory, order)
    const { rollout } = memory
    if (before?.number === order.number) {
      // Who began it waits for its end as well, and records what comes up.
      const joined = { ...order, plan: before.plan }
      const settled = Effect.flatMap(Deferred.await(before.conclusion), (one) =>
        settleBeside(place, joined, one)
      )
      return { applied, settled }
    }
    const ended =
      applied.outcome === "applying" && rollout !== null
        ? Deferred.await(rollout.conclusion)
        : Effect.succeed(applied)
    const settling = yield* Effect.forkIn(
      Effect.flatMap(ended, (one) =>
        isAgain
          ? settleAgain(place, order, declaredBy(order.desired), one)
          : settle(place, order, one)
      ),
      scope
    )
    return { applied, settled: Fiber.join(settling) }
  })

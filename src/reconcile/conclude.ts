/** How an apply ends: recorded with its generation, told as an event, and given to whoever waits for it. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Outcome } from "../domain/Generation.ts"
import type { Memory } from "./Memory.ts"
import type { Order } from "./Order.ts"
import type { Applied } from "./Reconciler.ts"
import type { Workplace } from "./Workplace.ts"

type Failures = Applied["failures"]

/** Records the outcome with its generation, and tells it. */
export const conclude = (
  place: Workplace,
  { number, plan }: Part,
  outcome: Outcome,
  failures: Failures
): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    const detail = detailOf(failures)
    yield* Effect.ignore(place.store.generations.setOutcome(number, outcome, detail))
    yield* place.events.emit({ kind: "generation", number, outcome, detail })
    const applied: Applied = { generation: number, outcome, plan, failures }
    yield* place.report({ kind: "applied", applied })
    return applied
  })

/** Null: nothing failed. */
export const detailOf = (failures: Failures): string | null => {
  const texts = failures.slice(0, 5).map(({ address, text }) => `${address}: ${text}`)
  const more = failures.length - texts.length
  if (more > 0) texts.push(`and ${more} more`)
  return texts.length === 0 ? null : texts.join("; ")
}

/** Ends an apply, be it one that was open or not. */
export const close = (
  place: Workplace,
  memory: Memory,
  order: Order,
  outcome: Outcome,
  failures: Failures
): Effect.Effect<Applied> =>
  ending(memory, order, outcome, (part) => conclude(place, part, outcome, failures))

/** Ends one that went through of a generation that is not healthy: that stays on record until all of it came up. */
export const closeUntold = (memory: Memory, order: Order): Effect.Effect<Applied> =>
  ending(memory, order, "applied", ({ number, plan }) =>
    Effect.succeed({ generation: number, outcome: "applied", plan, failures: [] })
  )

type Part = Pick<Order, "number" | "plan">

const ending = (
  memory: Memory,
  order: Order,
  outcome: Outcome,
  told: (part: Part) => Effect.Effect<Applied>
): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    memory.failed = outcome === "failed" ? order.desired.hash : null
    if (memory.unproven === order.number) memory.unproven = null
    const { rollout } = memory
    if (rollout?.number !== order.number) return yield* told(order)
    memory.rollout = null
    const applied = yield* told({ number: order.number, plan: rollout.plan })
    return yield* answer(rollout, applied)
  })

/** Whether the newest generation is this one, and what it declares did not come up when that was looked at last. */
export const isOnRecordUnhealthy = ({ store }: Workplace, wanted: number): Effect.Effect<boolean> =>
  Effect.map(
    Effect.orElseSucceed(store.generations.list(1), () => []),
    ([newest]) => newest?.number === wanted && newest.outcome === "unhealthy"
  )

type Open = NonNullable<Memory["rollout"]>

/** Who waits for what was undone learns that, and where that failed as well, how things are now. */
const answer = ({ conclusion, undoes }: Open, applied: Applied): Effect.Effect<Applied> => {
  const told =
    undoes === null
      ? applied
      : applied.outcome === "applied"
        ? undoes
        : { ...applied, failures: [...undoes.failures, ...applied.failures] }
  return Effect.as(Deferred.succeed(conclusion, told), told)
}

/** Newer content takes the place of an apply that waits. */
export const supersedeOpen = (place: Workplace, memory: Memory): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { rollout } = memory
    if (rollout === null) return Effect.void
    memory.rollout = null
    return Effect.flatMap(conclude(place, rollout, "superseded", []), (applied) =>
      Deferred.succeed(rollout.conclusion, rollout.undoes ?? applied)
    )
  })

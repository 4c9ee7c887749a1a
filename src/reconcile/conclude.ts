/** How an apply ends: recorded with its generation, told as an event, and given to whoever waits for it. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { isTask } from "../core/dependency/conditions.ts"
import { isReady } from "../core/isReady.ts"
import { specsByKey } from "../core/specsByKey.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import type { Outcome } from "../domain/Generation.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import { settleMs } from "../domain/limits.ts"
import type { Action } from "../domain/Plan.ts"
import type { Memory } from "./Memory.ts"
import type { Order } from "./Order.ts"
import type { Applied } from "./Reconciler.ts"
import type { Workplace } from "./Workplace.ts"

type Failures = Applied["failures"]

/** Records the outcome with its generation, and tells it. */
export const conclude = (
  place: Workplace,
  { number, plan }: Pick<Order, "number" | "plan">,
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
  Effect.gen(function* () {
    memory.failed = outcome === "failed" ? order.desired.hash : null
    if (memory.unproven === order.number) memory.unproven = null
    const { rollout } = memory
    if (rollout?.number !== order.number) return yield* conclude(place, order, outcome, failures)
    memory.rollout = null
    const applied = yield* conclude(place, { ...order, plan: rollout.plan }, outcome, failures)
    return yield* answer(rollout, applied)
  })

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

/** After an apply that went through: whether what it touched comes up. Bounded; what is still starting then counts as well. */
export const settle = (place: Workplace, order: Order, applied: Applied): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    if (applied.outcome !== "applied") return applied
    const failures = yield* comeUp(place, order)
    if (failures.length === 0) return applied
    return yield* conclude(place, order, "unhealthy", failures)
  })

/** The same for whoever joined it: told, and recorded by who began it. */
export const settleBeside = (
  place: Workplace,
  order: Order,
  applied: Applied
): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    if (applied.outcome !== "applied") return applied
    const failures = yield* comeUp(place, order)
    return failures.length === 0 ? applied : { ...applied, outcome: "unhealthy", failures }
  })

/** What the plan of this order touched and what did not come up. */
export const comeUp = (
  place: Workplace,
  { desired, plan: { actions } }: Pick<Order, "desired" | "plan">
): Effect.Effect<Failures> =>
  Effect.gen(function* () {
    const specs = specsByKey(desired)
    const keys = new Set(actions.map(({ instance }) => instance))
    const begun = new Set(actions.filter(isBegin).map(({ instance }) => instance))
    const found = yield* Effect.forEach(
      keys,
      (key) => comeToRest(place, specs.get(key), key, begun.has(key)),
      { concurrency: "unbounded" }
    )
    return found.flatMap((one) => (one === null ? [] : [one]))
  })

const isBegin = ({ kind }: Action): boolean => kind === "start" || kind === "restart"

/**
 * `begun`: by this apply; of a task that runs since before it nothing is to be seen. What newer content has made of an instance
 * meanwhile is not laid at this one's door.
 */
const comeToRest = (
  place: Workplace,
  wanted: InstanceSpec | undefined,
  key: InstanceKey,
  begun: boolean
): Effect.Effect<Failures[number] | null> =>
  place.supervisor
    .until(key, (instance) => isSettled(instance, begun))
    .pipe(
      Effect.timeoutOrElse({
        duration: settleMs,
        orElse: () => place.supervisor.get(key)
      }),
      Effect.map(({ reason, spawnError, spec, state }) => {
        if (state !== "BACKOFF" && state !== "FATAL") return null
        if (spec.revision !== wanted?.revision) return null
        const why = reason !== null && "text" in reason ? reason.text : spawnError
        return { address: spec.address, text: why === "" ? state : `${state}: ${why}` }
      }),
      Effect.catchTag("NoSuchInstance", () => Effect.succeed(null))
    )

/** One that is to become ready in a certain time is waited for until then, and a task until it has ended. */
const isSettled = (instance: ActualInstance, begun: boolean): boolean => {
  const { spec, state } = instance
  if (state === "RUNNING" && begun && isTask(instance)) return false
  const isAwaited = (spec.definition.ready?.withinMs ?? null) !== null
  if (state === "RUNNING" && isAwaited) return isReady(instance)
  return state !== "STARTING" && state !== "STOPPING"
}

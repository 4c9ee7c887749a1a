/**
 * An accepted plan to its end: execute, look again, and again while actions are left, a bounded number of times. Ends early when
 * a newer generation supersedes it. Where actions have to wait for something the apply stays open, and each look goes on with it.
 * The outcome is recorded with the generation and told as an event.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { isTask } from "../core/dependency/conditions.ts"
import { isReady } from "../core/isReady.ts"
import { plan as makePlan } from "../core/plan.ts"
import type { PlanOptions } from "../core/planFacts.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Outcome } from "../domain/Generation.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { applyRounds, settleMs } from "../domain/limits.ts"
import type { Action, Cause, Plan } from "../domain/Plan.ts"
import { execute } from "./executor.ts"
import { blockedIn } from "./followed.ts"
import { forgetScales } from "./forgetScales.ts"
import type { Memory } from "./Memory.ts"
import { observe } from "./observe.ts"
import type { Applied } from "./Reconciler.ts"
import type { Workplace } from "./Workplace.ts"

export interface Order {
  readonly desired: Desired
  readonly plan: Plan
  readonly number: number
  readonly options: PlanOptions
}

type Failures = Applied["failures"]

export const carryOut = (place: Workplace, memory: Memory, order: Order): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    const applying = { hash: order.desired.hash, superseded: false }
    memory.applying = applying
    // What goes on with an apply was told when that began.
    const open = memory.rollout?.number === order.number ? memory.rollout : null
    if (open === null) {
      yield* place.report({ kind: "plan", plan: order.plan, generation: order.number })
    }
    const failures: Array<Failures[number]> = []
    let left = order.plan
    let waiting: Failures = []
    for (let round = 1; round <= applyRounds && !applying.superseded; round++) {
      const done = yield* execute(left, order.desired, {
        supervisor: place.supervisor,
        generation: order.number,
        superseded: () => applying.superseded,
        onProgress: (progress) => place.report({ kind: "progress", progress })
      })
      failures.push(...done.failures)
      waiting = done.deferred
      const actual = yield* observe(place.supervisor, place.store)
      left = makePlan(order.desired, actual, { ...order.options, confirmed: true })
      memory.blocked = blockedIn(left)
      // What failed is not tried a second time: one attempt per generation.
      if (left.actions.length === 0 || failures.length > 0 || waiting.length > 0) break
    }
    if (!applying.superseded) yield* forgetScales(place.store, order.desired)
    const told = new Set(failures.map(({ address }) => address))
    const due = left.actions
      // Files that went on changing, dependencies that went on crashing: the next look is under way.
      .filter(({ address, cause }) => !told.has(address) && !comesBack.has(cause.kind))
      .map(({ address, kind }) => ({ address, text: `${kind} is still due` }))
    const all = applying.superseded ? failures : [...failures, ...due]
    if (
      !applying.superseded &&
      failures.length === 0 &&
      waiting.length > 0 &&
      left.actions.length > 0
    ) {
      return yield* keepOpen(memory, order)
    }
    const outcome: Outcome = applying.superseded
      ? "superseded"
      : all.length > 0
        ? "failed"
        : "applied"
    memory.failed = outcome === "failed" ? order.desired.hash : null
    return yield* close(place, memory, order, outcome, all)
  }).pipe(
    Effect.ensuring(
      Effect.sync(() => {
        memory.applying = null
      })
    )
  )

const comesBack: ReadonlySet<Cause["kind"]> = new Set(["watch", "dependency"])

/** The next look that something leads to goes on with it. */
const keepOpen = (memory: Memory, { number, options, plan }: Order): Effect.Effect<Applied> =>
  Effect.sync(() => {
    const { rollout } = memory
    // Who applies it once more may allow more.
    memory.rollout =
      rollout?.number === number
        ? { ...rollout, options }
        : { number, plan, options, conclusion: Deferred.makeUnsafe<Applied>() }
    return { generation: number, outcome: "applying", plan: memory.rollout.plan, failures: [] }
  })

const close = (
  place: Workplace,
  memory: Memory,
  order: Order,
  outcome: Outcome,
  failures: Failures
): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    const { rollout } = memory
    if (rollout?.number !== order.number) return yield* conclude(place, order, outcome, failures)
    memory.rollout = null
    const whole = { ...order, plan: rollout.plan }
    const applied = yield* conclude(place, whole, outcome, failures)
    yield* Deferred.succeed(rollout.conclusion, applied)
    return applied
  })

/** Newer content takes the place of an apply that waits. */
export const supersedeOpen = (place: Workplace, memory: Memory): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { rollout } = memory
    if (rollout === null) return Effect.void
    const { number, plan } = rollout
    memory.rollout = null
    return Effect.flatMap(conclude(place, { number, plan }, "superseded", []), (applied) =>
      Deferred.succeed(rollout.conclusion, applied)
    )
  })

/** After an apply that went through: whether what it touched comes up. Bounded; what is still starting then counts as well. */
export const settle = (place: Workplace, order: Order, applied: Applied): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    if (applied.outcome !== "applied") return applied
    const { actions } = order.plan
    const keys = new Set(actions.map(({ instance }) => instance))
    const begun = new Set(actions.filter(isBegin).map(({ instance }) => instance))
    const found = yield* Effect.forEach(keys, (key) => comeToRest(place, key, begun.has(key)), {
      concurrency: "unbounded"
    })
    const failures = found.flatMap((one) => (one === null ? [] : [one]))
    if (failures.length === 0) return applied
    return yield* conclude(place, order, "unhealthy", failures)
  })

const isBegin = ({ kind }: Action): boolean => kind === "start" || kind === "restart"

/** `begun`: by this apply; of a task that runs since before it nothing is to be seen. */
const comeToRest = (
  place: Workplace,
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

/** Records the outcome with its generation, and tells it. */
export const conclude = (
  place: Workplace,
  { number, plan }: Pick<Order, "number" | "plan">,
  outcome: Outcome,
  failures: Failures
): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    const texts = failures.slice(0, 5).map(({ address, text }) => `${address}: ${text}`)
    const more = failures.length - texts.length
    if (more > 0) texts.push(`and ${more} more`)
    const detail = texts.length === 0 ? null : texts.join("; ")
    yield* Effect.ignore(place.store.generations.setOutcome(number, outcome, detail))
    yield* place.events.emit({ kind: "generation", number, outcome, detail })
    const applied: Applied = { generation: number, outcome, plan, failures }
    yield* place.report({ kind: "applied", applied })
    return applied
  })

/** What comes up after an apply that went through, and what is told and recorded of it. */
import * as Effect from "effect/Effect"
import { isTask } from "../core/dependency/conditions.ts"
import { isReady } from "../core/isReady.ts"
import { failureText } from "../core/rollout/troubleTexts.ts"
import { specsByKey } from "../core/specsByKey.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import type { Desired } from "../domain/Desired.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import { settleMs } from "../domain/limits.ts"
import type { Action, Plan } from "../domain/Plan.ts"
import { conclude } from "./conclude.ts"
import type { Order } from "./Order.ts"
import type { Applied } from "./Reconciler.ts"
import type { Workplace } from "./Workplace.ts"

type Failures = Applied["failures"]

/**
 * After an apply that went through: whether what it touched comes up. Bounded; what is still starting then counts as well. Only
 * told: it is recorded by who began the apply.
 */
export const settleBeside = (
  place: Workplace,
  order: Order,
  applied: Applied
): Effect.Effect<Applied> => seen(place, order, touchedBy(order.plan), applied)

/** The same, and recorded. */
export const settle = (place: Workplace, order: Order, applied: Applied): Effect.Effect<Applied> =>
  Effect.flatMap(settleBeside(place, order, applied), (found) =>
    found.outcome === "unhealthy"
      ? conclude(place, order, "unhealthy", found.failures)
      : Effect.succeed(found)
  )

/** The same for a generation that is not healthy by the record: recorded is only that all of it came up after all. */
export const settleAgain = (
  place: Workplace,
  order: Order,
  touched: Touched,
  applied: Applied
): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    const found = yield* seen(place, order, touched, applied)
    if (found.outcome !== "applied") return found
    const [newest] = yield* Effect.orElseSucceed(place.store.generations.list(1), () => [])
    if (newest?.number !== order.number || newest.outcome === "applied") return applied
    return yield* conclude(place, order, "applied", [])
  })

const seen = (
  place: Workplace,
  { desired }: Order,
  touched: Touched,
  applied: Applied
): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    if (applied.outcome !== "applied") return applied
    const failures = yield* comeUp(place, desired, touched)
    return failures.length === 0 ? applied : { ...applied, outcome: "unhealthy", failures }
  })

/** Instances to look at, each with whether this apply began a process of it. */
export type Touched = ReadonlyMap<InstanceKey, boolean>

export const touchedBy = ({ actions }: Plan): Touched => {
  const begun = new Set(actions.filter(isBegin).map(({ instance }) => instance))
  return new Map(actions.map(({ instance }) => [instance, begun.has(instance)]))
}

/** All that the content declares. */
export const declaredBy = (desired: Desired): Touched =>
  new Map([...specsByKey(desired).keys()].map((key) => [key, false]))

const comeUp = (place: Workplace, desired: Desired, touched: Touched): Effect.Effect<Failures> =>
  Effect.gen(function* () {
    const specs = specsByKey(desired)
    const found = yield* Effect.forEach(
      touched,
      ([key, begun]) => comeToRest(place, specs.get(key), key, begun),
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
      Effect.map((instance) => {
        const { spec, state } = instance
        if (state !== "BACKOFF" && state !== "FATAL") return null
        if (spec.revision !== wanted?.revision) return null
        return { address: spec.address, text: failureText(instance) }
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

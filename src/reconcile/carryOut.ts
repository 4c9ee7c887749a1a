/**
 * An accepted plan to its end: execute, look again, and again while actions are left, a bounded number of times. Ends early when
 * a newer generation supersedes it. Where something has to wait, or has to be ready, the apply stays open, and each look goes on
 * with it. An update that fails stops there, and is undone where its program says so.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { followsOthers } from "../core/followsOthers.ts"
import { plan as makePlan } from "../core/plan.ts"
import type { Trouble } from "../core/rollout/standing.ts"
import { updatePolicy } from "../core/rollout/updatePolicy.ts"
import type { Actual } from "../domain/Actual.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { applyRounds } from "../domain/limits.ts"
import type { Action, Plan } from "../domain/Plan.ts"
import { close, closeUntold, isOnRecordUnhealthy } from "./conclude.ts"
import { type Deferral, execute } from "./executor.ts"
import { blockedIn, instancesOf } from "./followed.ts"
import { forgetScales } from "./forgetScales.ts"
import type { Memory } from "./Memory.ts"
import type { Order } from "./Order.ts"
import { observe } from "./observe.ts"
import { type Look, lookAt, stalledTexts } from "./progress.ts"
import type { Applied } from "./Reconciler.ts"
import { tryAgain } from "./tryAgain.ts"
import { undo } from "./undo.ts"
import type { Workplace } from "./Workplace.ts"

type Failures = Applied["failures"]

export const carryOut = (place: Workplace, memory: Memory, order: Order): Effect.Effect<Applied> =>
  Effect.gen(function* () {
    const applying = { hash: order.desired.hash, superseded: false }
    memory.applying = applying
    // It is tried: what comes of that is told at its end, and looks go on with it until then.
    if (memory.failed === order.desired.hash) memory.failed = null
    // What goes on with an apply was told when that began.
    if (memory.rollout?.number !== order.number) {
      yield* place.report({ kind: "plan", plan: order.plan, generation: order.number })
      const meant = new Set(order.plan.actions.map(({ instance }) => instance))
      yield* tryAgain(place, (key) => meant.has(key))
    }
    const done = yield* inRounds(place, memory, order, applying)
    if (applying.superseded) return yield* close(place, memory, order, "superseded", done.failures)
    yield* forgetScales(place.store, order.desired)
    const look = yield* lookAt(memory, order, done)
    const verdict = judge(done, look)
    switch (verdict.kind) {
      case "open":
        return yield* keepOpen(memory, order, look)
      case "applied":
        return (yield* isOnRecordUnhealthy(place, order.number))
          ? yield* closeUntold(memory, order)
          : yield* close(place, memory, order, "applied", [])
      case "failed": {
        const { failures } = verdict
        const instead = verdict.isUndone ? yield* undo(place, memory, order, failures) : null
        if (instead !== null) return yield* carryOut(place, memory, instead)
        yield* endSuccessions(place, done.actual)
        return yield* close(place, memory, order, "failed", failures)
      }
    }
  }).pipe(
    Effect.ensuring(
      Effect.sync(() => {
        memory.applying = null
      })
    )
  )

/** Who was to take a place by an update that is over does not take it afterwards. */
const endSuccessions = ({ supervisor }: Workplace, { instances }: Actual): Effect.Effect<void> => {
  const coming = instances.filter(({ successor }) => successor?.failed === null)
  return Effect.forEach(coming, ({ spec }) => Effect.ignore(supervisor.withdraw(spec.key)), {
    discard: true
  })
}

interface Done {
  readonly failures: Failures
  readonly deferred: ReadonlyArray<Deferral>
  readonly performed: ReadonlySet<InstanceKey>
  readonly left: Plan
  readonly actual: Actual
}

const inRounds = (
  place: Workplace,
  memory: Memory,
  order: Order,
  applying: NonNullable<Memory["applying"]>
): Effect.Effect<Done> =>
  Effect.gen(function* () {
    const failures: Array<Failures[number]> = []
    let actual: Actual = { instances: [], scales: [], overrides: [], origin: "live" }
    let left = order.plan
    let deferred: ReadonlyArray<Deferral> = []
    let performed: ReadonlySet<InstanceKey> = new Set()
    for (let round = 1; round <= applyRounds && !applying.superseded; round++) {
      const done = yield* execute(left, order.desired, {
        supervisor: place.supervisor,
        generation: order.number,
        superseded: () => applying.superseded,
        onProgress: (progress) => place.report({ kind: "progress", progress })
      })
      failures.push(...done.failures)
      deferred = done.deferred
      performed = done.performed
      actual = yield* observe(place.supervisor, place.store)
      left = makePlan(order.desired, actual, { ...order.options, confirmed: true })
      // What failed is not tried a second time: one attempt per generation.
      if (left.actions.length === 0 || failures.length > 0 || deferred.length > 0) break
    }
    // What is not due any more is not waited for.
    if (left.actions.length === 0) deferred = []
    // An apply may end before the last turn of those that follow others: looks go on with them.
    memory.blocked = blockedIn(left)
    memory.deferred = instancesOf(deferred)
    return { failures, deferred, performed, left, actual }
  })

type Verdict =
  | { readonly kind: "applied" | "open" }
  | { readonly kind: "failed"; readonly failures: Failures; readonly isUndone: boolean }

const judge = (
  { deferred, failures, left, performed }: Done,
  { isStalled, standing, waits }: Look
): Verdict => {
  const { failed } = standing
  const judged = failed.map(({ spec }) => spec.address)
  const told = new Set([...failures.map(({ address }) => address), ...judged])
  const isWaiting = deferred.length > 0 && failures.length === 0
  // While others wait, only what was tried in vain is at its end.
  const rest = left.actions.filter(({ instance }) => !isWaiting || performed.has(instance))
  const due = dueOf(
    rest.filter((action) => !isBegunAnew(action)),
    told
  )
  if (failures.length + due.length > 0) {
    return { kind: "failed", failures: [...failures, ...due], isUndone: false }
  }
  if (failed.length > 0) {
    const texts = failed.map(({ spec, text }) => ({ address: spec.address, text }))
    return { kind: "failed", failures: texts, isUndone: mayUndo(failed) }
  }
  if (waits.length === 0) return rest.some(isBegunAnew) ? { kind: "open" } : asItIs(left)
  if (!isStalled) return { kind: "open" }
  const follows = new Set(
    deferred.flatMap(({ action }) => (followsOthers(action.cause) ? [action.address] : []))
  )
  // What waits for one that is not ready is not told beside that.
  const causes = standing.pending.length > 0 ? standing.pending : waits
  const stalled = causes.filter(({ spec }) => !follows.has(spec.address))
  return stalled.length === 0
    ? { kind: "applied" }
    : { kind: "failed", failures: stalledTexts(stalled), isUndone: mayUndo(stalled) }
}

/** Nothing is left to be done now; but what waits for an instance that failed is not applied. */
const asItIs = ({ drift }: Plan): Verdict => {
  const failures = drift.flatMap(({ address, kind, text }) =>
    kind === "lacking" ? [{ address, text }] : []
  )
  return failures.length === 0 ? { kind: "applied" } : { kind: "failed", failures, isUndone: false }
}

/** Its new process was taken away for what it needs, or as a file changed since. */
const isBegunAnew = (action: Action): boolean => action.kind === "restart" && action.overlap

const mayUndo = (troubles: ReadonlyArray<Trouble>): boolean =>
  troubles.some(({ spec }) => updatePolicy(spec).rollback)

const dueOf = (left: Plan["actions"], told: ReadonlySet<string>): Failures =>
  left
    // Files that went on changing, dependencies that went on crashing: the next look is under way.
    .filter(({ address, cause }) => !told.has(address) && !followsOthers(cause))
    .map(({ address, kind }) => ({ address, text: `${kind} is still due` }))

/** The next look that something leads to goes on with it. */
const keepOpen = (
  memory: Memory,
  { number, options, plan }: Order,
  { lookInMs, progress }: Look
): Effect.Effect<Applied> =>
  Effect.sync(() => {
    const { rollout } = memory
    const open =
      rollout?.number === number
        ? rollout
        : { number, plan, conclusion: Deferred.makeUnsafe<Applied>(), undoes: null }
    // Who applies it once more may allow more.
    memory.rollout = { ...open, options, progress, lookInMs }
    return { generation: number, outcome: "applying", plan: open.plan, failures: [] }
  })

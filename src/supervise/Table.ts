/** The instances by key, and those that were forgotten while their process could not be ended. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Override } from "../domain/Actual.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { InstanceRecord } from "../store/Store.ts"
import { claim } from "./adopt/unclaimed.ts"
import { recall } from "./completion.ts"
import { FormerKeys } from "./FormerKeys.ts"
import { type Instance, makeInstance, type Task } from "./Instance.ts"
import { runActor } from "./InstanceActor.ts"
import { NoSuchInstance } from "./Supervisor.ts"
import { declareSinks } from "./sinks.ts"
import type { Workshop } from "./Workshop.ts"

export const makeTable = Effect.fnUntraced(function* (shop: Workshop, scope: Scope.Scope) {
  const instances = new Map<InstanceKey, Instance>()
  const ghosts = new Map<InstanceKey, Instance>()
  /** What stands beside the process of an instance (succession/Beside). */
  const besides = new Set<Instance>()
  const former = new FormerKeys()
  const { overrides, records } = yield* readPast(shop)

  const create = Effect.fnUntraced(function* (spec: InstanceSpec) {
    const instance = yield* makeAfter(spec, {
      record: records.get(spec.key) ?? null,
      override: overrides.get(spec.key) ?? null
    })
    records.delete(spec.key)
    overrides.delete(spec.key)
    return instance
  })

  const live = yield* makeLive(shop, scope, (instance) => {
    if (ghosts.get(instance.spec.key) === instance) ghosts.delete(instance.spec.key)
  })

  /** Whole or not at all: one in the table without an actor would be waited for, for ever. */
  const add = (spec: InstanceSpec) => Effect.uninterruptible(enter(spec))
  const enter = Effect.fnUntraced(function* (spec: InstanceSpec) {
    if (instances.has(spec.key)) return
    yield* declareSinks(shop, spec)
    const ghost = ghosts.get(spec.key)
    ghosts.delete(spec.key)
    const instance = ghost ?? (yield* Effect.tap(create(spec), (made) => recall(shop, made)))
    instance.spec = spec
    instance.removed = false
    instance.machine = { ...instance.machine, closed: shop.state.closing }
    instances.set(spec.key, instance)
    former.taken(spec.key)
    shop.dependents.enter(instance)
    const first = yield* claim(shop, instance)
    yield* shop.events.emit({ kind: "added", instance: spec.key, address: spec.address })
    yield* tellState(shop, instance)
    yield* shop.census.entered(spec.group)
    // The actor of one whose process could not be ended is still at work.
    if (ghost !== undefined) return
    yield* Effect.forkIn(live(instance, first), scope, { startImmediately: true })
  })

  /** An instance of an earlier daemon: it was there before, so nobody is told. `first`: the first thing that its actor does. */
  const enlist = Effect.fnUntraced(function* (instance: Instance, first: Task) {
    instance.machine = { ...instance.machine, closed: shop.state.closing }
    instances.set(instance.spec.key, instance)
    shop.dependents.enter(instance)
    shop.census.known(instance.spec.group)
    yield* Effect.forkIn(live(instance, first), scope, { startImmediately: true })
  })

  /** Nobody is told of it. `first`: the first thing that its actor does. */
  const accompany = Effect.fnUntraced(function* (instance: Instance, first: Task | null) {
    besides.add(instance)
    yield* Effect.forkIn(live(instance, first), scope, { startImmediately: true })
  })

  const kept = { instances, ghosts, besides, former, overrides, records }
  return { ...kept, create, add, enlist, accompany, find: finder(instances) } as const
})

/** The actor of an instance, first with what it is to do first; `gone` when it has ended for good. */
const makeLive = Effect.fnUntraced(function* (
  shop: Workshop,
  scope: Scope.Scope,
  gone: (instance: Instance) => void
) {
  const context = yield* Effect.context<never>()
  const live = (instance: Instance, first: Task | null): Effect.Effect<void> =>
    Effect.flatMap(runActor(shop, instance, first), (end) => {
      if (end === "isOver") return Effect.sync(() => gone(instance))
      const rests = instance.mailbox.rest(() => startAgain(instance))
      return rests ? Effect.void : live(instance, null)
    })
  /** Nothing in it is of who sends the message that it waits for. */
  const startAgain = (instance: Instance): Effect.Effect<void> => {
    const again = Effect.updateContext(live(instance, null), (_: typeof context) => context)
    return Effect.asVoid(Effect.forkIn(again, scope))
  }
  return live
})

/** What is added is STOPPED, for whoever follows events: what is not says so. */
const tellState = (shop: Workshop, instance: Instance): Effect.Effect<void> => {
  const { generation, machine, process, reason, spec, state } = instance
  if (state === "STOPPED") return Effect.void
  return shop.events.emit({
    kind: "state",
    instance: spec.key,
    address: spec.address,
    from: "STOPPED",
    to: state,
    pid: process?.pid ?? null,
    reason,
    generation,
    failures: machine.failures
  })
}

const finder =
  (instances: ReadonlyMap<InstanceKey, Instance>) =>
  (key: InstanceKey): Effect.Effect<Instance, NoSuchInstance> =>
    Effect.suspend(() => {
      const instance = instances.get(key)
      return instance === undefined
        ? Effect.fail(new NoSuchInstance({ key }))
        : Effect.succeed(instance)
    })

/** `past`: of what had its key before. */
export const makeAfter = Effect.fnUntraced(function* (
  spec: InstanceSpec,
  past: { readonly record: InstanceRecord | null; readonly override: Override | null }
) {
  const now = yield* Clock.currentTimeMillis
  return makeInstance(spec, { ...past, now })
})

/** What is on record, until an instance takes it. */
const readPast = Effect.fnUntraced(function* (shop: Workshop) {
  const records = (yield* shop.guard(shop.store.instances.list)) ?? []
  const overrides = (yield* shop.guard(shop.store.overrides.list)) ?? []
  return {
    records: new Map<InstanceKey, InstanceRecord>(records.map((it) => [it.spec.key, it])),
    overrides: new Map(overrides.map((it) => [it.key, it]))
  }
})

export type Table = Effect.Success<ReturnType<typeof makeTable>>

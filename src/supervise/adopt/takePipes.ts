/**
 * Whose the pipes are that an earlier daemon read: those of processes that live, and those that others still write to or that
 * hold what nobody read, are read on; others go.
 */
import * as Effect from "effect/Effect"
import { ownKey } from "../../core/besideKey.ts"
import { isLive } from "../../core/leftovers.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import type { Instance } from "../Instance.ts"
import { forgetRecord, type PipeName, pipeOf } from "../pipes.ts"
import { channelsOf, sinkId } from "../sinks.ts"
import type { Workshop } from "../Workshop.ts"
import type { Census } from "./census.ts"
import { readOn, wasHeld } from "./readOn.ts"

export const takePipes = Effect.fnUntraced(function* (
  shop: Workshop,
  census: Census,
  instances: ReadonlyMap<InstanceKey, Instance>
) {
  const names = yield* namesOf(shop)
  const spawnIds = [...new Set(names.map(({ spawnId }) => spawnId))]
  const owners = (yield* shop.guard(shop.store.processes.owners(spawnIds))) ?? new Map()
  const ended = yield* endedOf(shop, census)
  const kept: Array<string> = []
  const byInstance = new Map<Instance, Array<PipeName>>()
  for (const pipe of names) {
    const key = census.lives.get(pipe.spawnId)?.record.instance ?? owners.get(pipe.spawnId)
    // One sink for all that write to the log of an address.
    const instance =
      key === undefined ? undefined : (instances.get(ownKey(key)) ?? instances.get(key))
    const path = shop.fifo.pathOf(pipe.name)
    if (instance !== undefined) {
      byInstance.set(instance, [...(byInstance.get(instance) ?? []), pipe])
      // What a program reads is its own: nobody tells the keeper when that is over.
      if (pipe.what !== "stdin") kept.push(path)
    } else if (isUnclaimed(shop, pipe.spawnId)) kept.push(path)
    else yield* shop.fifo.remove(path)
  }
  yield* shop.keeper.keepOnly(kept)
  const taken = [...instances.values()].map((instance) => ({
    instance,
    pipes: byInstance.get(instance) ?? []
  }))
  yield* readOn(shop, taken, ended)
  for (const instance of instances.values()) {
    if (!instance.removed) continue
    if (!instances.has(ownKey(instance.spec.key)) || instance.beside === null) {
      for (const channel of channelsOf(instance.spec))
        yield* shop.logs.drop(sinkId(instance.spec, channel))
    }
    yield* forgetRecord(shop, new Map(), instance)
  }
})

/** Those that have a name, and outputs that lost it while the keeper holds them. */
const namesOf = Effect.fnUntraced(function* ({ fifo, keeper }: Workshop) {
  const names = new Set(yield* fifo.list)
  for (const path of keeper.met.held.keys()) {
    const name = path.slice(path.lastIndexOf("/") + 1)
    if (fifo.pathOf(name) === path && !name.endsWith(".stdin")) names.add(name)
  }
  return [...names].flatMap((name) => pipeOf(name) ?? [])
})

const isUnclaimed = (shop: Workshop, spawnId: string): boolean => {
  for (const { record } of shop.unclaimed.values()) if (record.spawnId === spawnId) return true
  return false
}

/** Of a process whose instance was declared only now. */
export const takeLatePipes = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const names = yield* namesOf(shop)
  const pipes = names.filter(({ spawnId }) => spawnId === instance.process?.spawnId)
  yield* readOn(shop, [{ instance, pipes }], () => false)
})

/** Also one of which only the exit has not been heard: it was reaped by nobody yet. One that lives may have closed its output. */
const endedOf = Effect.fnUntraced(function* (shop: Workshop, { lives }: Census) {
  const living = new Set<string>()
  if (wasHeld(shop)) return () => true
  for (const { end, record } of lives.values()) {
    const facts = end === null ? yield* shop.proc.facts(record.pid) : null
    if (facts !== null && isLive(facts)) living.add(record.spawnId)
  }
  return (spawnId: string) => !living.has(spawnId)
})

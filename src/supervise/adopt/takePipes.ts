/**
 * The pipes that an earlier daemon read are read on: those of processes that live, and those that others still write to or that
 * hold what nobody read. Nothing is lost or doubled by that: a byte is in a pipe until it is in its sink.
 */
import * as Effect from "effect/Effect"
import { isLive } from "../../core/leftovers.ts"
import { missingText } from "../../core/logTrouble.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import type { Instance } from "../Instance.ts"
import { forgetRecord, type PipeName, pipeOf } from "../pipes.ts"
import { channelsOf, configureSinks, declareSinks, sinkId } from "../sinks.ts"
import type { Workshop } from "../Workshop.ts"
import type { Census } from "./census.ts"

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
    const instance = key === undefined ? undefined : instances.get(key)
    const path = shop.fifo.pathOf(pipe.name)
    if (instance !== undefined) {
      byInstance.set(instance, [...(byInstance.get(instance) ?? []), pipe])
      // What a program reads is its own: nobody tells the keeper when that is over.
      if (pipe.what !== "stdin") kept.push(path)
    } else if (isUnclaimed(shop, pipe.spawnId)) kept.push(path)
    else yield* shop.fifo.remove(path)
  }
  yield* shop.keeper.keepOnly(kept)
  yield* Effect.forEach(
    instances.values(),
    (instance) => takePipesOf(shop, instance, byInstance.get(instance) ?? [], ended),
    { concurrency: "unbounded", discard: true }
  )
  for (const instance of instances.values()) {
    if (!instance.removed) continue
    for (const channel of channelsOf(instance.spec))
      yield* shop.logs.drop(sinkId(instance.spec, channel))
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
  const own = names.filter(({ spawnId }) => spawnId === instance.process?.spawnId)
  yield* takePipesOf(shop, instance, own, () => false)
})

const takePipesOf = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  pipes: ReadonlyArray<PipeName>,
  ended: (spawnId: string) => boolean
) {
  const { process, spec } = instance
  if (pipes.length === 0) {
    if (!instance.removed) yield* declareSinks(shop, spec)
    return
  }
  yield* openSinks(shop, instance)
  for (const { name, spawnId, what } of pipes) {
    const path = shop.fifo.pathOf(name)
    const isOfProcess = spawnId === process?.spawnId
    if (what === "stdin") {
      if (isOfProcess) instance.stdin = path
      else yield* shop.fifo.remove(path)
      continue
    }
    // What it writes to may have been told to go where stdout goes since it was started.
    const channel = channelsOf(spec).includes(what) ? what : "stdout"
    const sink = sinkId(spec, channel)
    const gap = ended(spawnId) && !wasHeld(shop) && (yield* shop.fifo.isOver(path))
    const read = shop.logs.attach(name, path, sink, shop.keeper.met.held.get(path))
    const failed = yield* read.pipe(
      Effect.as(null),
      Effect.catchTag("SinkFailure", ({ errno }) => Effect.succeed(errno))
    )
    if (failed !== null) {
      yield* Effect.logError(`${spec.address}: its ${what} cannot be read on: ${failed}`)
      continue
    }
    if (gap) yield* shop.logs.remark(sink, missingText)
    shop.pipes.set(name, { instance, path })
    if (isOfProcess) instance.streams = [...instance.streams, name]
    else yield* shop.logs.release(name)
  }
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

/** A keeper that is new has held nothing: what waited in the pipe of a process that ended before went with it. */
const wasHeld = ({ keeper }: Workshop): boolean => keeper.met.run > 1

/** A log that cannot be opened any more must not stop the program: what it writes is then dropped, and that is said. */
const openSinks = (shop: Workshop, instance: Instance): Effect.Effect<void> => {
  const { openAs, spec } = instance
  return configureSinks(shop, spec, openAs).pipe(
    Effect.catchTag("SinkFailure", ({ errno, path }) =>
      Effect.andThen(
        Effect.logError(`${spec.address}: its log ${path} cannot be opened again: ${errno}`),
        Effect.ignore(configureSinks(shop, spec, openAs, "nowhere"))
      )
    )
  )
}

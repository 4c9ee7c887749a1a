/**
 * Processes of an earlier daemon whose instance is not on record: the databases are lost, and the keeper's copy of the facts or
 * the process's own pipes tell of it. The first instance that is declared under its name gets it, so that nothing is started
 * twice.
 */
import * as Effect from "effect/Effect"
import { isBeside, ownKey } from "../../core/besideKey.ts"
import { type InstanceEvent, initialState } from "../../core/instanceState.ts"
import { resume } from "../../core/resume.ts"
import { InstanceKey, type InstanceSpec } from "../../domain/Instance.ts"
import { signalNumber } from "../../domain/Signal.ts"
import { processOf } from "../../store/processOf.ts"
import { startFact } from "../facts.ts"
import { takeNotices } from "../health/notices.ts"
import type { Instance } from "../Instance.ts"
import { resumeWith } from "../InstanceActor.ts"
import { takeSockets } from "../instanceSockets.ts"
import { noteStart } from "../obey.ts"
import type { Unclaimed, Workshop } from "../Workshop.ts"
import type { Census } from "./census.ts"
import { takeLatePipes } from "./takePipes.ts"

const otherText = "it was started with a definition that is no longer on record"

export const leaveUnclaimed = Effect.fnUntraced(function* (
  shop: Workshop,
  census: Census,
  instances: ReadonlyMap<InstanceKey, Instance>
) {
  for (const { end, record } of census.lives.values()) {
    if (end === null && !instances.has(record.instance)) {
      shop.unclaimed.set(record.instance, { record, known: true })
    }
  }
  for (const { groupName, pid, processName, spawnId, startTicks } of census.strays) {
    const name = `${groupName ?? "?"}/${processName ?? `pid ${pid}`}`
    const now = { spawnedAt: Math.round(shop.wallNow()), spawnedMs: shop.monotonicNow() }
    const { bootId } = shop.proc
    const record = { spawnId, pid, startTicks, bootId, ...now, revision: "", inherited: "" }
    const named = { instance: InstanceKey.make(name), address: name }
    shop.unclaimed.set(name, { record: { ...record, ...named }, known: false })
  }
  for (const [name, { record }] of shop.unclaimed) {
    yield* Effect.logWarning(
      `pid ${record.pid} (${name}) runs from before, and what it was started with is not on record`
    )
  }
})

export const unclaimedOf = (shop: Workshop): ReadonlyArray<{ name: string; pid: number }> =>
  [...shop.unclaimed].map(([name, { record }]) => ({ name, pid: record.pid }))

/** Gives the instance the process that waits for its name; what its actor is to do first, or null: there is none. */
export const claim = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  if (shop.unclaimed.size === 0 || instance.process !== null) return null
  yield* endBeside(shop, instance.spec)
  const found = take(shop, instance.spec)
  if (found === null) return null
  const { known } = found
  const { spec } = instance
  const { pid, spawnId, startTicks } = found.record
  if ((yield* shop.reaper.adopt({ pid, startTicks, spawnId })) === "gone") return null
  const isSame = !known || found.record.revision === spec.revision
  const record = {
    ...found.record,
    instance: spec.key,
    address: spec.address,
    revision: spec.revision
  }
  instance.process = processOf(record)
  instance.spawnId = spawnId
  instance.started = spec
  noteStart(instance, record.spawnedAt)
  if (!isSame) instance.mustRestart = otherText
  yield* shop.guard(shop.store.processes.started(record))
  yield* shop.keeper.mirror(spawnId, startFact(record))
  shop.lives.begin({ pid, spawnId, instance })
  yield* takeLatePipes(shop, instance)
  yield* takeNotices(shop, instance)
  if (isSame) yield* takeSockets(shop, instance)
  yield* Effect.logInfo(`${spec.address} goes on with pid ${pid}, which an earlier daemon started`)
  const saved = { machine: initialState, announced: instance.state, settled: true }
  const trace = { kind: "alive", spawnedMs: record.spawnedMs } as const
  const [machine, commands] = resume(spec.definition, saved, trace, shop.monotonicNow())
  instance.machine = { ...machine, closed: shop.state.closing }
  return resumeWith(shop, instance, commands, stopOfHeld(instance))
})

/** What stood beside the process of an instance is asked to end: nothing is on record that could stop it in its order. */
const endBeside = (shop: Workshop, { definition, key }: InstanceSpec): Effect.Effect<void> => {
  const number = signalNumber(definition.stop.signal) ?? 15
  const scope = definition.stop.group === "all" ? "group" : "process"
  const beside = [...shop.unclaimed.values()].filter(
    ({ record: { instance } }) => isBeside(instance) && ownKey(instance) === key
  )
  return Effect.forEach(
    beside,
    ({ record: { pid } }) => Effect.ignore(shop.proc.signal(pid, number, scope)),
    { discard: true }
  )
}

/** An operator's stop may be on record of which the process has not heard. */
export const stopOfHeld = ({ override }: Instance): ReadonlyArray<InstanceEvent> =>
  override?.kind === "stopped"
    ? [{ kind: "stop", reason: { kind: "operator", who: override.who } }]
    : []

const take = (shop: Workshop, { group, key, name }: InstanceSpec): Unclaimed | null => {
  for (const at of [key, `${group}/${name}`]) {
    const found = shop.unclaimed.get(at)
    if (found === undefined) continue
    shop.unclaimed.delete(at)
    return found
  }
  return null
}

/**
 * What an earlier daemon ran becomes this one's: instances as they were put down, with the process that still lives, or with how
 * it ended meanwhile; their pipes are read on. Runs before anything else is heard, and starts nothing by itself: each instance
 * goes on in its own actor.
 */
import * as Effect from "effect/Effect"
import { isBeside } from "../../core/besideKey.ts"
import { byPlace, placesOf } from "../../core/dependency/places.ts"
import { runningGraph } from "../../core/dependency/runningGraph.ts"
import { endedWithDaemon } from "../../core/endedWithDaemon.ts"
import type { InstanceEvent } from "../../core/instanceState.ts"
import { spawnedMessage } from "../../core/lifecycleMessages.ts"
import { resume, type Trace } from "../../core/resume.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import type { Process } from "../../domain/State.ts"
import { processOf } from "../../store/processOf.ts"
import type { InstanceRecord, ProcessRecord } from "../../store/Store.ts"
import { hasCgroup } from "../hasCgroup.ts"
import { takeNotices } from "../health/notices.ts"
import { takeHooks } from "../hooks/takeHooks.ts"
import type { Instance } from "../Instance.ts"
import { resumeWith } from "../InstanceActor.ts"
import { takeSockets } from "../instanceSockets.ts"
import { noteStart } from "../obey.ts"
import { restore } from "../record.ts"
import type { Adoption } from "../Supervisor.ts"
import { say } from "../say.ts"
import { leaveBeside } from "../succession/leaveBeside.ts"
import { besideOf } from "../succession/succeed.ts"
import type { Table } from "../Table.ts"
import type { Workshop } from "../Workshop.ts"
import { type Census, type Life, takeCensus } from "./census.ts"
import { strandedLives, type Taken } from "./stranded.ts"
import { takePipes } from "./takePipes.ts"
import { leaveUnclaimed, stopOfHeld } from "./unclaimed.ts"

/** An event listener that lost its daemon in the middle of a sentence is not understood any more. */
const cutText = "its conversation with reeve was cut when the daemon ended"

/** Either of the two goes on alone: a new process that was on its way is begun anew where it is wanted. */
const besideText = { kind: "plan", text: "another process has its place" } as const

export const takeOver = Effect.fnUntraced(function* (shop: Workshop, table: Table) {
  const { bootId } = shop.proc
  const resumed = yield* isUnderWay(shop)
  if (resumed) yield* shop.logs.warm
  const census = yield* takeCensus(shop)
  const records = [...table.records.values()].filter((record) => record.bootId === bootId)
  const taken = yield* match(shop, census, records, resumed)
  const instances = new Map<InstanceKey, Instance>()
  for (const one of taken) {
    const instance = yield* takeOne(shop, table, one)
    instances.set(one.record.spec.key, instance)
    if (!instance.removed && instance.beside === null) shop.dependents.enter(instance)
  }
  yield* leaveUnclaimed(shop, census, instances)
  yield* takePipes(shop, census, instances)
  for (const instance of instances.values()) {
    yield* takeCgroup(shop, instance)
    yield* takeSockets(shop, instance)
    yield* takeNotices(shop, instance)
  }
  yield* shop.sockets.closeUnheld
  yield* shop.notices.closeUnheld
  // What others need goes on first: they decide by what became of it.
  for (const one of inOrder(taken)) {
    const instance = instances.get(one.record.spec.key)
    if (instance?.removed === false) yield* goOn(shop, table, instance, one)
  }
  const lives = [...census.lives.values()]
  const adoption: Adoption = {
    resumed,
    processes: lives.filter(({ end }) => end === null).length,
    ended: lives.filter(({ end }) => end !== null).length,
    monotonicMs: shop.monotonicNow()
  }
  return adoption
})

/** The keeper knows it as well where that is not on record: the database is gone, or could never be written. */
const isUnderWay = Effect.fnUntraced(function* ({ guard, keeper, proc, store }: Workshop) {
  const open = (yield* guard(store.session.begin(proc.bootId))) ?? false
  const { kind } = keeper.met.before
  return open || kind === "died" || kind === "replaced"
})

/** Also one that it got while it ran, whether or not it is still to have one. */
const takeCgroup = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const { process, spawnId, spec, started } = instance
  if (spawnId === null || (process === null && started === null)) return
  const expected = hasCgroup(spec.definition) || (started !== null && hasCgroup(started.definition))
  yield* shop.cgroups.adopt(spawnId, process?.pid ?? null, expected)
  shop.memoryWatch.hold(spawnId, yield* shop.cgroups.holdsMemory(spawnId))
})

/** After an orderly end records are history, but for those whose process could not be ended. */
const match = Effect.fnUntraced(function* (
  shop: Workshop,
  census: Census,
  records: ReadonlyArray<InstanceRecord>,
  resumed: boolean
) {
  const living = livingByInstance(census)
  const open = records.flatMap(({ resumption: { machine, spawnId } }) =>
    machine.life === "none" || spawnId === null ? [] : spawnId
  )
  const ends = (yield* shop.guard(shop.store.processes.ends(open))) ?? []
  const ended = new Map<string, Life>(
    ends.map(({ exit, record }) => [record.spawnId, { record, end: exit }])
  )
  const taken: Array<Taken> = []
  for (const record of records) {
    const alive = living.get(record.spec.key)
    if (!resumed && alive === undefined) continue
    const spawnId = record.resumption.spawnId ?? ""
    const life = alive ?? census.lives.get(spawnId) ?? ended.get(spawnId) ?? null
    taken.push({ record, life })
  }
  return [...taken, ...(yield* strandedLives(shop, census, taken))]
})

const inOrder = (taken: ReadonlyArray<Taken>): ReadonlyArray<Taken> => {
  const placeOf = placesOf(runningGraph(taken.map(({ record }) => record.spec)))
  return taken.toSorted((a, b) => byPlace(placeOf(a.record.spec), placeOf(b.record.spec)))
}

/** Of several the newest. */
const livingByInstance = ({ lives }: Census): ReadonlyMap<InstanceKey, Life> => {
  const living = new Map<InstanceKey, Life>()
  for (const life of lives.values()) {
    if (life.end !== null) continue
    const { instance, spawnedMs } = life.record
    const other = living.get(instance)
    if (other === undefined || other.record.spawnedMs < spawnedMs) living.set(instance, life)
  }
  return living
}

const takeOne = Effect.fnUntraced(function* (shop: Workshop, table: Table, one: Taken) {
  const { life, record } = one
  const instance = yield* table.create(record.spec)
  restore(instance, record)
  const lives = life !== null && life.end === null
  // Declared or not: a process that lives has to be stopped by somebody.
  const beside = isBeside(record.spec.key)
  if (beside) instance.beside = besideOf(shop, table, instance, "leaving", null)
  instance.removed = (record.resumption.removed || beside) && !lives
  if (life !== null && (lives || instance.machine.life !== "none")) {
    instance.process = startedProcess(life.record, record)
  }
  if (lives) shop.lives.begin({ ...life.record, instance })
  return instance
})

const startedProcess = (life: ProcessRecord, { started }: InstanceRecord): Process => {
  const process = processOf(life)
  // One that nobody wrote down was started with what was written down before its spawn.
  return process.revision === "" ? { ...process, revision: started?.revision ?? "" } : process
}

/** The machine goes on where it was; what that asks for is the first thing that the instance's actor does. */
const goOn = Effect.fnUntraced(function* (
  shop: Workshop,
  table: Table,
  instance: Instance,
  { life, record }: Taken
) {
  const { settled, spawnId } = record.resumption
  const announced = instance.state
  const lives = life !== null && life.end === null
  const isOther = lives && life.record.spawnId !== spawnId
  const machine = isOther ? { ...instance.machine, life: "none" as const } : instance.machine
  if (life !== null && (isOther || machine.life === "pending")) {
    noteStart(instance, life.record.spawnedAt)
    yield* say(instance, spawnedMessage(instance.spec.name, life.record.pid))
  }
  if (lives) instance.spawnId = life.record.spawnId
  if (lives && isListener(record)) instance.mustRestart = cutText
  const { definition } = instance.spec
  const awaits = shop.dependents.awaitedBy(instance)
  const saved = { machine: { ...machine, awaits }, announced, settled }
  const [next, commands] = resume(definition, saved, traceOf(life), shop.monotonicNow())
  instance.machine = next
  if (life !== null && !lives) instance.toldExit = yield* wasTold(shop, life)
  const due = [
    ...readiness(instance),
    ...stopOfHeld(instance),
    ...withDaemon(instance, record, life)
  ]
  const first = takeHooks(shop, instance, record.resumption.hooks)
  const resumed = Effect.andThen(first, resumeWith(shop, instance, commands, due))
  yield* instance.beside === null
    ? table.enlist(instance, resumed)
    : table.accompany(instance, Effect.andThen(resumed, leaveBeside(shop, instance, besideText)))
})

/** The daemon may have died between writing down that it is ready and telling its machine. */
const readiness = ({ probedLife, process, ready }: Instance): ReadonlyArray<InstanceEvent> =>
  ready?.ok === true && probedLife === process?.spawnId ? [{ kind: "ready" }] : []

const withDaemon = (
  { override }: Instance,
  { started, state }: InstanceRecord,
  life: Life | null
): ReadonlyArray<InstanceEvent> =>
  started?.definition.dieWithSupervisor === true && life !== null && override?.kind !== "stopped"
    ? endedWithDaemon(state, life.end)
    : []

/** The daemon may have died between telling of an exit and writing down what came of it: it is not told twice. */
const wasTold = Effect.fnUntraced(function* (shop: Workshop, { record }: Life) {
  const { instance, pid, spawnId, spawnedAt } = record
  const latest = yield* shop.guard(shop.store.journal.tail({ instance, limit: toldWithin }))
  const told = (latest ?? []).some(
    ({ at, body }) => body.kind === "exit" && body.pid === pid && at >= spawnedAt
  )
  return told ? spawnId : null
})

/** Events of an instance that may follow its exit before that is written down. */
const toldWithin = 10

const isListener = ({ started }: InstanceRecord): boolean =>
  started !== null && started.definition.listener !== null

const traceOf = (life: Life | null): Trace => {
  if (life === null) return { kind: "none" }
  const { spawnedMs } = life.record
  return life.end === null
    ? { kind: "alive", spawnedMs }
    : { kind: "ended", status: life.end, spawnedMs }
}

/**
 * Which process lives an earlier daemon left, and how those ended that did: from the journal, the keeper's copy of it, the exits
 * that the keeper has kept, and /proc. Whatever is learned here and was not journaled is journaled now, an exit before the kernel
 * forgets it. It starts and signals nothing.
 */
import * as Effect from "effect/Effect"
import type { ExitStatus } from "../../domain/State.ts"
import type { OrphanExit } from "../../os/Keeper.ts"
import type { FoundLife } from "../../os/Proc.ts"
import type { Intent, ProcessRecord } from "../../store/Store.ts"
import { abandon } from "../bringUp.ts"
import { type Fact, readFact, startFact } from "../facts.ts"
import { isKill, writeExit } from "../hearExits.ts"
import { pipeOf } from "../pipes.ts"
import type { Workshop } from "../Workshop.ts"

export interface Life {
  readonly record: ProcessRecord
  /** Null: it lives. */
  end: ExitStatus | null
}

export interface Census {
  /** By spawn id; those that have ended before, as far as their instance does not know of it yet. */
  readonly lives: ReadonlyMap<string, Life>
  /** Processes that hold a pipe of ours and that nobody wrote down. */
  readonly strays: ReadonlyArray<FoundLife>
}

export const takeCensus = Effect.fnUntraced(function* (shop: Workshop) {
  const written = yield* readWritten(shop)
  const strays = yield* findUnwritten(shop, written)
  yield* shop.keeper.collect((exit) => takeExit(shop, written, exit))
  for (const life of written.lives.values()) {
    if (life.end !== null) continue
    const { pid, spawnId, startTicks } = life.record
    if ((yield* shop.reaper.adopt({ pid, startTicks, spawnId })) === "watched") continue
    life.end = { kind: "unknown" }
    yield* writeExit(shop, spawnId, life.end)
  }
  // Whatever they led to is known by now: a later exit of a stranger must not be taken for theirs.
  for (const spawnId of written.intents.keys()) yield* abandon(shop, spawnId)
  const census: Census = { lives: written.lives, strays }
  return census
})

interface Written {
  readonly lives: Map<string, Life>
  readonly intents: Map<string, Intent>
}

/** The journal, and what of the keeper's copy it does not have (its disk was full, or it was removed). */
const readWritten = Effect.fnUntraced(function* (shop: Workshop) {
  const { processes } = shop.store
  const lives = new Map<string, Life>()
  const intents = new Map<string, Intent>()
  for (const record of (yield* shop.guard(processes.live)) ?? []) {
    if (record.bootId === shop.proc.bootId) lives.set(record.spawnId, { record, end: null })
  }
  for (const intent of (yield* shop.guard(processes.intents)) ?? []) {
    intents.set(intent.spawnId, intent)
  }
  const facts = new Map<string, Fact>()
  for (const [spawnId, text] of shop.keeper.met.facts) {
    const fact = readFact(text)
    if (fact !== null) facts.set(spawnId, fact)
  }
  const ended = yield* endsOnRecord(shop, [...facts.keys()])
  for (const [spawnId, fact] of facts) {
    if (ended.has(spawnId)) {
      yield* shop.keeper.forget(spawnId)
      continue
    }
    switch (fact.kind) {
      case "intended": {
        const { kind: _, ...intent } = fact
        if (!lives.has(spawnId)) intents.set(spawnId, intent)
        break
      }
      case "started": {
        const { kind: _, ...record } = fact
        if (lives.has(spawnId) || record.bootId !== shop.proc.bootId) break
        lives.set(spawnId, { record, end: null })
        yield* shop.guard(processes.started(record))
        break
      }
      case "ended": {
        const life = lives.get(spawnId)
        if (life !== undefined) life.end = fact.status
        yield* writeExit(shop, spawnId, fact.status)
        break
      }
    }
  }
  for (const spawnId of lives.keys()) intents.delete(spawnId)
  const written: Written = { lives, intents }
  return written
})

/** The keeper hears of an end after the journal. */
const endsOnRecord = Effect.fnUntraced(function* (shop: Workshop, spawnIds: ReadonlyArray<string>) {
  const ends = (yield* shop.guard(shop.store.processes.ends(spawnIds))) ?? []
  return new Set(ends.map(({ record }) => record.spawnId))
})

/**
 * A daemon may have died between a spawn and writing it down: the process holds the pipes that are named by its spawn id. All
 * processes of the machine are looked at only where there is an intent, or a pipe that the journal does not know.
 */
const findUnwritten = Effect.fnUntraced(function* (shop: Workshop, { intents, lives }: Written) {
  if (intents.size === 0 && !(yield* hasUnknownPipes(shop, lives))) return []
  const known = yield* livingOf(shop, lives)
  const found = yield* shop.proc.lives(shop.fifo.pathOf(""), known)
  const strays: Array<FoundLife> = []
  for (const life of found) {
    const intent = intents.get(life.spawnId)
    if (intent === undefined) strays.push(life)
    else yield* writeStart(shop, { intents, lives }, intent, life)
  }
  return strays
})

/** Numbers of processes that are on record and live: that of one that has ended may be another's. */
const livingOf = Effect.fnUntraced(function* ({ proc }: Workshop, lives: Written["lives"]) {
  const known = new Set<number>()
  for (const { end, record } of lives.values()) {
    const facts = end === null ? yield* proc.facts(record.pid) : null
    if (facts?.startTicks === record.startTicks) known.add(record.pid)
  }
  return known
})

const hasUnknownPipes = Effect.fnUntraced(function* (shop: Workshop, lives: Written["lives"]) {
  const names = yield* shop.fifo.list
  const spawnIds = new Set(names.flatMap((name) => pipeOf(name)?.spawnId ?? []))
  const others = [...spawnIds].filter((spawnId) => !lives.has(spawnId))
  const owners = yield* shop.guard(shop.store.processes.owners(others))
  return owners === null || owners.size < others.length
})

const writeStart = Effect.fnUntraced(function* (
  shop: Workshop,
  { intents, lives }: Written,
  intent: Intent,
  { pid, startTicks }: { readonly pid: number; readonly startTicks: number }
) {
  const { address, instance, intendedMs, spawnId } = intent
  const record: ProcessRecord = {
    spawnId,
    pid,
    startTicks,
    bootId: shop.proc.bootId,
    spawnedAt: Math.round(shop.wallNow() - (shop.monotonicNow() - intendedMs)),
    spawnedMs: intendedMs,
    // The instance's record was written together with the intent, and tells what was started.
    revision: "",
    inherited: "",
    instance,
    address
  }
  intents.delete(spawnId)
  lives.set(spawnId, { record, end: null })
  yield* shop.guard(shop.store.processes.started(record))
  yield* shop.keeper.mirror(spawnId, startFact(record))
})

/** One exit that the keeper has kept. One of which nobody wrote down the start leads a session, as every program does. */
const takeExit = Effect.fnUntraced(function* (
  shop: Workshop,
  written: Written,
  { pid, startTicks, status }: OrphanExit
) {
  const isIt = ({ record }: Life) => record.pid === pid && record.startTicks === startTicks
  let life = [...written.lives.values()].find(isIt)
  if (life === undefined) {
    const latest = [...written.intents.values()].at(-1)
    const facts = latest === undefined ? null : yield* shop.proc.facts(pid)
    if (latest !== undefined && facts?.session === pid) {
      yield* writeStart(shop, written, latest, { pid, startTicks })
      life = written.lives.get(latest.spawnId)
    }
  }
  if (life === undefined) {
    yield* Effect.logInfo(`reaped pid ${pid}, which an earlier daemon or one of its programs left`)
    return
  }
  const { spawnId } = life.record
  // The kernel's log may tell of others by now; the cgroup of a life tells of nobody else.
  const forMemory = isKill(status) && (yield* shop.cgroups.killedForMemory(spawnId))
  const end = forMemory ? { ...status, forMemory } : status
  life.end = end
  yield* writeExit(shop, spawnId, end)
})

/**
 * Looks at the memory of all processes that have a limit of it, by one timer, and tells the actor of one that is over it for too
 * long. Which processes belong to it is looked up now and then: what it starts between counts from the next time on.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { InstanceEvent } from "../../core/instanceState.ts"
import { overSince, tooMuch } from "../../core/memoryUse.ts"
import type { ProcessIdentity } from "../../os/Proc.ts"
import { say } from "../say.ts"
import type { Workshop } from "../Workshop.ts"
import type { WatchedLife } from "./MemoryWatch.ts"

const everyMs = 2_000
/** While one is over its limit, so that its time is not exceeded by much. */
const nearMs = 500
/** Looks between two looks around; and a closer look that found a process below its limit holds so long. */
const aroundMs = 10_000
/** Processes that are looked at in one turn of the loop: some two milliseconds. */
const PART = 200

/** Runs for ever. */
export const watchMemory = Effect.fnUntraced(function* (shop: Workshop) {
  const { memoryWatch } = shop
  const signal = yield* Queue.sliding<null>(1)
  memoryWatch.onFirst = () => void Queue.offerUnsafe(signal, null)
  if (memoryWatch.size > 0) memoryWatch.onFirst()
  return yield* Effect.forever(Effect.andThen(Queue.take(signal), whileThereAre(shop)))
})

const whileThereAre = Effect.fnUntraced(function* (shop: Workshop) {
  const { memoryWatch } = shop
  let aroundAt = Number.NEGATIVE_INFINITY
  for (let waitMs = everyMs; memoryWatch.size > 0; ) {
    yield* Effect.sleep(waitMs)
    if (aroundAt <= shop.monotonicNow()) {
      yield* lookAround(shop)
      aroundAt = shop.monotonicNow() + aroundMs
    }
    yield* lookAtAll(shop)
    waitMs = memoryWatch.all().some((life) => life.overSince !== null) ? nearMs : everyMs
  }
})

/** Those that have a cgroup are known exactly; for the others the process table is looked through, once. */
const lookAround = Effect.fnUntraced(function* ({ cgroups, memoryWatch, proc }: Workshop) {
  const others: Array<WatchedLife> = []
  for (const life of memoryWatch.all()) {
    const pids = yield* cgroups.members(life.spawnId)
    if (pids?.includes(life.leader.pid) !== true) {
      others.push(life)
      continue
    }
    const members: Array<ProcessIdentity> = []
    for (const pid of pids) {
      const facts = pid === life.leader.pid ? null : yield* proc.facts(pid)
      if (facts !== null) members.push({ pid, startTicks: facts.startTicks })
    }
    life.processes = [life.leader, ...members]
  }
  if (others.length === 0) return
  const families = yield* proc.families(new Set(others.map(({ leader }) => leader.pid)))
  for (const life of others) {
    const members = families.get(life.leader.pid) ?? []
    life.processes = [life.leader, ...members.map(({ pid, startTicks }) => ({ pid, startTicks }))]
  }
})

const lookAtAll = Effect.fnUntraced(function* (shop: Workshop) {
  let looked = 0
  for (const life of shop.memoryWatch.all()) {
    if (looked >= PART) {
      looked = 0
      yield* Effect.yieldNow
    }
    looked += life.processes.length
    if (shop.memoryWatch.holds(life)) yield* look(shop, life)
  }
})

const look = Effect.fnUntraced(function* (shop: Workshop, life: WatchedLife) {
  const { instance, processes } = life
  const bound = shop.memoryWatch.boundOf(instance, life.spawnId)
  const bytes = yield* used(shop, life, bound?.bytes ?? null)
  const now = shop.monotonicNow()
  life.use = { bytes, processes: processes.length }
  life.overSince = overSince(life.overSince, life.use, bound, now)
  if (life.told || tooMuch(life.overSince, life.use, bound, now) === null) return
  life.told = true
  yield* instance.mailbox.offer({ kind: "hear", work: tell(shop, life) })
})

/** What several share is counted once where that makes a difference. */
const used = Effect.fnUntraced(function* (
  { monotonicNow, proc }: Workshop,
  life: WatchedLife,
  limit: number | null
) {
  const { processes } = life
  const most = yield* proc.memory(processes, "resident")
  if (limit === null || most <= limit || processes.length === 1) return most
  if (monotonicNow() < life.closelyAt) return Math.min(most, limit)
  const exact = yield* proc.memory(processes, "proportional")
  if (exact <= limit) life.closelyAt = monotonicNow() + aroundMs
  return exact
})

/** In its actor: what was seen may be of a process that has ended, or of a limit that was raised since. */
const tell = Effect.fnUntraced(function* (shop: Workshop, life: WatchedLife) {
  const { instance, overSince: since, spawnId, use } = life
  const none: ReadonlyArray<InstanceEvent> = []
  life.told = false
  if (shop.state.closing || instance.process?.spawnId !== spawnId) return none
  const text = tooMuch(since, use, shop.memoryWatch.boundOf(instance, spawnId), shop.monotonicNow())
  if (text === null) return none
  yield* say(instance, { level: "warn", text: `${instance.spec.address} ${text}` })
  const events: ReadonlyArray<InstanceEvent> = [{ kind: "failed", during: "limit", text }]
  return events
})

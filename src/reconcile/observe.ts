/** Reads the world into plain data, for the planner. Decides nothing and changes nothing. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { isBeside } from "../core/besideKey.ts"
import type { Actual, ActualInstance } from "../domain/Actual.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { isOver } from "../domain/Terms.ts"
import { Proc } from "../os/Proc.ts"
import { processOf } from "../store/processOf.ts"
import type { InstanceRecord, ProcessRecord, Store, StoreFailure } from "../store/Store.ts"
import { StoreReader } from "../store/StoreReader.ts"
import type { Supervisor } from "../supervise/Supervisor.ts"

/** What the daemon's own instances are. A store that cannot be read takes nothing away but overrides of absent instances. */
export const observe = (
  supervisor: Supervisor["Service"],
  store: Store["Service"]
): Effect.Effect<Actual> =>
  Effect.gen(function* () {
    const instances = yield* supervisor.snapshot
    const overrides = yield* orNothing(store.overrides.list)
    const scales = yield* orNothing(store.overrides.scales)
    const completions = yield* orNothing(store.completions.list)
    return { instances, scales, overrides, completions, origin: "live" }
  })

/**
 * Without a daemon: what is on record, checked against the processes that live. An instance without a live process does not
 * run, so that it counts as absent: the next boot starts it, unless an override holds it. What was done by hand and is over is
 * left out, as that boot ends it first.
 */
export const observeStore: Effect.Effect<Actual, StoreFailure, StoreReader | Proc> = Effect.gen(
  function* () {
    const store = yield* StoreReader
    const proc = yield* Proc
    const records = new Map((yield* store.instances.list).map((it) => [it.spec.key, it]))
    const now = yield* Clock.currentTimeMillis
    const holding = (yield* store.overrides.list).filter((it) => !isOver(it, now))
    const overrides = new Map(holding.map((it) => [it.key, it]))
    const live = (yield* store.processes.live).filter(({ bootId }) => bootId === proc.bootId)
    const instances: Array<ActualInstance> = []
    for (const process of live) {
      // What stands beside its instance's process is taken away by the next daemon.
      if (isBeside(process.instance)) continue
      const facts = yield* proc.facts(process.pid)
      const record = records.get(process.instance)
      if (record === undefined || facts === null || facts.state === "Z") continue
      if (facts.startTicks !== process.startTicks) continue
      const override = overrides.get(process.instance) ?? null
      instances.push({ ...survivor(record, process), override })
    }
    return {
      instances,
      scales: (yield* store.overrides.scales).filter((it) => !isOver(it, now)),
      overrides: [...overrides.values()],
      completions: yield* store.completions.list,
      origin: store.present ? "store" : "none"
    }
  }
)

/** By key, as planning and staleness look things up. */
export const byKey = (actual: Actual): ReadonlyMap<InstanceKey, ActualInstance> =>
  new Map(actual.instances.map((it) => [it.spec.key, it]))

const orNothing = <A>(
  read: Effect.Effect<ReadonlyArray<A>, StoreFailure>
): Effect.Effect<ReadonlyArray<A>> => Effect.orElseSucceed(read, () => [])

const survivor = (record: InstanceRecord, process: ProcessRecord): ActualInstance => {
  const identity = processOf(process)
  const { exit, reason, since, spec, started, startedAt, stoppedAt } = record
  return {
    spec,
    state: "RUNNING",
    reason,
    process: identity,
    started,
    since,
    nextAttemptAt: null,
    startedAt,
    stoppedAt,
    exit,
    spawnError: "",
    failures: 0,
    starts: Math.max(1, record.resumption.starts),
    leftovers: [],
    logTrouble: null,
    override: null,
    mustRestart: record.resumption.mustRestart,
    lastStartTicks: identity.startTicks,
    changedFile: record.resumption.changedFile,
    unreadFile: record.resumption.unreadFile,
    wasReady: record.resumption.machine.proven,
    hook: null,
    limitsRefused: record.resumption.limitsRefused,
    ready: record.resumption.health?.ready ?? null,
    liveness: record.resumption.health?.liveness ?? null,
    told: record.resumption.health?.told ?? null,
    successor: null
  }
}

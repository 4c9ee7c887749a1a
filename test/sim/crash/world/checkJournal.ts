/** What the journal says of all daemons of a run together, against what was so. */
import * as Effect from "effect/Effect"
import type { Event, EventBody } from "../../../../src/domain/Event.ts"
import type { InstanceKey } from "../../../../src/domain/Instance.ts"
import type { ExitStatus, State } from "../../../../src/domain/State.ts"
import { bookOf } from "./crashStore.ts"
import type { Ledger } from "./Ledger.ts"
import type { Machine } from "./Machine.ts"

/** What steps may take that are due at one moment. */
const slackMs = 60
const everything = 1_000_000

export const checkJournal = Effect.fnUntraced(function* (machine: Machine, ledger: Ledger) {
  const { disaster, world } = machine
  if (disaster.state === true || disaster.diskFull === true) return
  const store = bookOf(machine)
  const query = { instance: null, after: 0, limit: everything }
  const events = yield* Effect.orDie(store.journal.list(query))
  const spawnIds = ledger.ends.map(({ spawnId }) => spawnId ?? "")
  const known = new Set(
    (yield* Effect.orDie(store.processes.ends(spawnIds))).map(({ record }) => record.spawnId)
  )
  // It ended before anything was declared; or while nobody lived who could have known that it began.
  const mayBeUntold = (spawnId: string): boolean =>
    disaster.runtime === true || (disaster.keeper === true && !known.has(spawnId))
  checkExits(machine, ledger, events, mayBeUntold)
  // Times and states of instances that were forgotten begin anew.
  if (disaster.runtime !== true) checkTimes(machine, events)
  const [latest] = yield* Effect.orDie(store.generations.list(1))
  if (latest?.outcome === "applying") world.wrong("the last generation is applying for ever")
})

/** Each end is told at least once, and never with another status. */
const checkExits = (
  { nobodys, world }: Machine,
  { ends }: Ledger,
  events: ReadonlyArray<Event>,
  mayBeUntold: (spawnId: string) => boolean
): void => {
  const told = new Map<number, Array<ExitStatus>>()
  for (const { body } of events) {
    if (body.kind === "exit") told.set(body.pid, [...(told.get(body.pid) ?? []), body.status])
  }
  for (const { pid, spawnId, status } of ends) {
    const statuses = told.get(pid) ?? []
    told.delete(pid)
    if (statuses.length === 0 && !mayBeUntold(spawnId ?? "")) {
      world.wrong(`nobody was told how pid ${pid} ended`)
    }
    for (const one of statuses) {
      if (one.kind === "unknown" && nobodys.has(pid)) continue
      if (JSON.stringify(one) === JSON.stringify(status)) continue
      world.wrong(`pid ${pid} is said to have ended with ${JSON.stringify(one)}`)
    }
  }
  for (const pid of told.keys()) world.wrong(`pid ${pid} is said to have ended`)
}

interface Known {
  readonly state: State
  readonly since: number
  /** Failed starts when it was entered. */
  readonly failures: number
}

type Entered = EventBody & { readonly kind: "state" }

/** A timer of a daemon that died is neither shortened nor begun anew. */
const checkTimes = (machine: Machine, events: ReadonlyArray<Event>): void => {
  const known = new Map<InstanceKey, Known>()
  for (const { at, body } of events) {
    if (body.kind === "removed") known.delete(body.instance)
    if (body.kind !== "state") continue
    const { from, instance, to } = body
    const before = known.get(instance)
    // Told again: nobody knew whether it had been told.
    if (before?.state === to) continue
    if (before?.state === from) checkWait(machine, before, body, at)
    known.set(instance, { state: to, since: at, failures: body.failures })
  }
}

const checkWait = (machine: Machine, before: Known, body: Entered, at: number): void => {
  const { pausedMs, world } = machine
  const limits = limitsOf(machine, before, body)
  if (limits === null) return
  const waited = at - before.since
  const [least, most] = limits
  if (waited < least - pausedMs || waited > most + pausedMs + slackMs) {
    world.wrong(`${body.instance} was ${before.state} for ${waited} ms before ${body.to}`)
  }
}

const limitsOf = (
  { world }: Machine,
  { failures, state }: Known,
  { instance, to }: Entered
): readonly [number, number] | null => {
  const spec = world.attempts.findLast(({ key }) => key === instance)?.spec
  if (spec === undefined) return null
  const { hooks, restart, start, stop } = spec.definition
  const hooksMs = Object.values(hooks).reduce((sum, hook) => sum + (hook?.timeoutMs ?? 0), 0)
  switch (state) {
    case "STARTING":
      return to === "RUNNING" ? [start.stableAfterMs, start.stableAfterMs + hooksMs] : null
    case "BACKOFF":
      return to === "STARTING" && restart.backoff.kind === "linear"
        ? [restart.backoff.stepMs * failures, restart.backoff.stepMs * failures]
        : null
    case "STOPPING":
      return [0, stop.timeoutMs + hooksMs]
    case "STOPPED":
    case "RUNNING":
    case "EXITED":
    case "FATAL":
    case "UNKNOWN":
      return null
  }
}

/**
 * A successor that is ready takes the place of the process that runs, in one moment: it has the key from then on, and all that
 * belongs to the address. Then the old one is asked to stop. A daemon that dies finds either of them under the key and the other
 * one beside it, which it ends.
 */
import * as Effect from "effect/Effect"
import { besideKey } from "../../core/besideKey.ts"
import { isLive } from "../../core/leftovers.ts"
import { availableFrom } from "../../core/rollout/availability.ts"
import { updatePolicy } from "../../core/rollout/updatePolicy.ts"
import type { InstanceKey, InstanceSpec } from "../../domain/Instance.ts"
import type { State } from "../../domain/State.ts"
import { ask } from "../ask.ts"
import { type Instance, tellWaiters, toActual } from "../Instance.ts"
import { mirrorStart } from "../mirrorStart.ts"
import { recordOf } from "../record.ts"
import { say } from "../say.ts"
import type { Table } from "../Table.ts"
import type { Workshop } from "../Workshop.ts"
import type { Beside } from "./Beside.ts"
import { leaveBeside } from "./leaveBeside.ts"
import { withdraw } from "./withdraw.ts"

/** Wall clock, milliseconds: from when on it may; null: it is not ready. */
export const mayTakePlaceAt = (successor: Instance): number | null =>
  successor.process === null
    ? null
    : availableFrom(toActual(successor), updatePolicy(successor.spec).minReadyMs)

/** Runs in the actor of the instance; `leaving`: what the old one becomes. */
export const takePlace = Effect.fnUntraced(function* (
  shop: Workshop,
  table: Table,
  instance: Instance,
  successor: Instance,
  leaving: (instance: Instance) => Beside
) {
  if (instance.successor !== successor || instance.removed || instance.beside !== null) return
  const isHeld = instance.override?.kind === "stopped" || instance.machine.closed
  if (isHeld || shop.state.closing) return yield* withdraw(shop, instance)
  const exchanging = Effect.uninterruptible(exchange(shop, table, instance, successor, leaving))
  const took = yield* ask(successor, exchanging).pipe(
    Effect.catchTag("NoSuchInstance", () => Effect.succeed(false))
  )
  if (!took) return
  const text = `pid ${successor.process?.pid} has taken its place`
  yield* leaveBeside(shop, instance, { kind: "plan", text })
})

/** Runs in the actor of the successor while the one of the instance waits. */
const exchange = Effect.fnUntraced(function* (
  shop: Workshop,
  table: Table,
  instance: Instance,
  successor: Instance,
  leaving: (instance: Instance) => Beside
) {
  const { beside } = successor
  const from = mayTakePlaceAt(successor)
  if (beside === null || beside.role !== "coming" || from === null || from > shop.wallNow()) {
    if (beside !== null) beside.told = false
    return false
  }
  // Its end is heard of in a moment.
  if (!(yield* isAlive(shop, successor))) return false
  const [key, comingKey] = [instance.spec.key, successor.spec.key]
  const old = instance.process
  rekey(instance, besideKey(key, shop.nextSpawnId()))
  rekey(successor, key)
  instance.beside = leaving(instance)
  successor.beside = null
  inherit(shop, instance, successor)
  shop.dependents.leave(instance)
  table.instances.set(key, successor)
  table.besides.delete(successor)
  table.besides.add(instance)
  shop.dependents.enter(successor)
  yield* mirrorStart(shop, instance)
  yield* shop.guard(
    shop.store.processes.succeed({
      from: comingKey,
      successor: recordOf(shop, successor, true),
      former: recordOf(shop, instance, true)
    })
  )
  yield* mirrorStart(shop, successor)
  const { address } = successor.spec
  const [pid, before] = [successor.process?.pid ?? null, old?.pid ?? null]
  const text = `${address}: pid ${pid} takes the place of pid ${before}`
  yield* say(successor, { level: "info", text })
  const { generation } = successor
  yield* shop.events.emit({
    kind: "succession",
    instance: key,
    address,
    pid,
    before,
    failed: null,
    generation
  })
  yield* announceRunning(shop, instance, successor)
  tellWaiters(successor)
  return true
})

/** The process that ran may have ended meanwhile: who was told of that learns that the instance runs again. */
const announceRunning = (
  shop: Workshop,
  { reason: why, state: before }: Instance,
  { generation, machine: { failures }, process, spec: { address, key } }: Instance
): Effect.Effect<void> => {
  const pid = process?.pid ?? null
  const common = { kind: "state", instance: key, address, pid, generation, failures } as const
  const states = [before, ...wayToRunning(before)]
  return Effect.forEach(
    states.slice(1),
    (to, index) => {
      const from = states[index] ?? before
      const reason = to === "STOPPED" ? why : null
      return shop.events.emit({ ...common, from, to, reason })
    },
    { discard: true }
  )
}

const wayToRunning = (before: State): ReadonlyArray<State> => {
  switch (before) {
    case "RUNNING":
      return []
    case "STARTING":
      return ["RUNNING"]
    case "STOPPING":
      return ["STOPPED", "STARTING", "RUNNING"]
    case "STOPPED":
    case "BACKOFF":
    case "EXITED":
    case "FATAL":
    case "UNKNOWN":
      return ["STARTING", "RUNNING"]
  }
}

const isAlive = ({ proc }: Workshop, { process }: Instance): Effect.Effect<boolean> =>
  process === null
    ? Effect.succeed(false)
    : Effect.map(
        proc.facts(process.pid),
        (facts) => facts !== null && isLive(facts) && facts.startTicks === process.startTicks
      )

const rekey = (instance: Instance, key: InstanceKey): void => {
  const renamed = (spec: InstanceSpec): InstanceSpec => ({ ...spec, key })
  instance.spec = renamed(instance.spec)
  if (instance.started !== null) instance.started = renamed(instance.started)
  instance.nextSpec = null
}

/** What is of the address and not of the process. */
const inherit = (shop: Workshop, instance: Instance, successor: Instance): void => {
  successor.override = instance.override
  instance.override = null
  successor.command = instance.command
  successor.starts += instance.starts
  successor.rests = instance.rests
  successor.exit = instance.exit
  successor.stoppedAt = instance.stoppedAt
  successor.logTrouble = new Map([...successor.logTrouble, ...instance.logTrouble])
  instance.successor = null
  instance.failedSuccession = null
  // What earlier processes left behind; what this one leaves over comes at its end.
  for (const { pid } of instance.leftovers) shop.leftBehind.set(pid, successor)
  successor.leftovers = [...successor.leftovers, ...instance.leftovers]
  successor.announcedLeftovers = successor.leftovers.map(({ pid }) => pid).join(" ")
  instance.leftovers = []
  for (const waiter of instance.waiters) {
    if (!waiter.follows) continue
    instance.waiters.delete(waiter)
    successor.waiters.add(waiter)
  }
}

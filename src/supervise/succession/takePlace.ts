/**
 * A successor that is ready takes the place of the process that runs, in one moment: it has the key from then on, and all that
 * belongs to the address. Then the old one is asked to stop. A daemon that dies finds either of them under the key and the other
 * one beside it, which it ends.
 */
import * as Effect from "effect/Effect"
import { besideKey } from "../../core/besideKey.ts"
import { availableFrom } from "../../core/rollout/availability.ts"
import { updatePolicy } from "../../core/rollout/updatePolicy.ts"
import type { InstanceKey, InstanceSpec } from "../../domain/Instance.ts"
import { ask } from "../ask.ts"
import { startFact } from "../facts.ts"
import { type Instance, tellWaiters, toActual } from "../Instance.ts"
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
  const [key, comingKey] = [instance.spec.key, successor.spec.key]
  const old = instance.process
  rekey(instance, besideKey(key, shop.nextSpawnId()))
  rekey(successor, key)
  instance.beside = leaving(instance)
  successor.beside = null
  inherit(instance, successor)
  shop.dependents.leave(instance)
  table.instances.set(key, successor)
  table.besides.delete(successor)
  table.besides.add(instance)
  shop.dependents.enter(successor)
  yield* mirror(shop, instance)
  yield* shop.guard(
    shop.store.processes.succeed({
      from: comingKey,
      successor: recordOf(shop, successor, true),
      former: recordOf(shop, instance, true)
    })
  )
  yield* mirror(shop, successor)
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
  tellWaiters(successor)
  return true
})

const rekey = (instance: Instance, key: InstanceKey): void => {
  const renamed = (spec: InstanceSpec): InstanceSpec => ({ ...spec, key })
  instance.spec = renamed(instance.spec)
  if (instance.started !== null) instance.started = renamed(instance.started)
  instance.nextSpec = null
}

/** What is of the address and not of the process. */
const inherit = (instance: Instance, successor: Instance): void => {
  successor.override = instance.override
  instance.override = null
  successor.command = instance.command
  successor.starts += instance.starts
  successor.rests = instance.rests
  successor.exit = instance.exit
  successor.stoppedAt = instance.stoppedAt
  for (const [channel, text] of instance.logTrouble) successor.logTrouble.set(channel, text)
  instance.successor = null
  instance.failedSuccession = null
  for (const waiter of instance.waiters) {
    if (!waiter.follows) continue
    instance.waiters.delete(waiter)
    successor.waiters.add(waiter)
  }
}

/** Whose process life it is now, should the databases be lost. */
const mirror = (shop: Workshop, { machine, process, spec }: Instance): Effect.Effect<void> => {
  if (process === null) return Effect.void
  const { address, key } = spec
  const record = { ...process, instance: key, address, spawnedMs: machine.spawnedAt }
  return shop.keeper.mirror(process.spawnId, startFact(record))
}

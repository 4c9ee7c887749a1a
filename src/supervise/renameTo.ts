/** The same instance, and the same process, under another key and address. */
import * as Effect from "effect/Effect"
import { besideKey, ownKey } from "../core/besideKey.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import { moveCompletion } from "./completion.ts"
import { tendProbes } from "./health/tendProbes.ts"
import { type Instance, tellWaiters } from "./Instance.ts"
import { renameSockets } from "./instanceSockets.ts"
import { limitInPlace } from "./limitInPlace.ts"
import { mirrorStart } from "./mirrorStart.ts"
import { recordOf } from "./record.ts"
import { renew } from "./renew.ts"
import { channelsOf, labelOf, sinkId } from "./sinks.ts"
import { withdraw } from "./succession/withdraw.ts"
import type { Table } from "./Table.ts"
import type { Workshop } from "./Workshop.ts"

/** Runs in its actor. The new key must be free: a plan removes or renames its owner before. */
export const renameTo = Effect.fnUntraced(function* (
  shop: Workshop,
  table: Table,
  instance: Instance,
  spec: InstanceSpec
) {
  const from = instance.spec
  if (from.key !== spec.key && table.instances.has(spec.key)) {
    return yield* Effect.die(new Error(`${spec.address} exists, ${from.address} cannot become it`))
  }
  yield* withdraw(shop, instance)
  table.instances.delete(from.key)
  table.instances.set(spec.key, instance)
  table.former.moved(from.key, spec.key)
  yield* limitInPlace(shop, instance, spec)
  if (instance.nextSpec !== null) instance.nextSpec = spec
  renew(shop, instance, spec)
  yield* renameSockets(shop, instance)
  for (const channel of channelsOf(from)) {
    yield* shop.logs.rename(sinkId(from, channel), sinkId(spec, channel), labelOf(shop, spec))
  }
  yield* renameRecords(shop, table, instance, from.key)
  yield* moveCompletion(shop, instance, from.key)
  yield* shop.events.emit({
    kind: "renamed",
    instance: spec.key,
    address: spec.address,
    from: from.address
  })
  if (from.group !== spec.group) {
    yield* shop.census.entered(spec.group)
    yield* shop.census.left(from.group)
  }
  // It has all of the new definition, and its probes with that.
  yield* tendProbes(shop, instance)
  shop.memoryWatch.tend(instance)
  tellWaiters(instance)
})

/** What stands beside its process goes with it. */
const rekeyBesides = (
  { besides }: Pick<Table, "besides">,
  from: InstanceKey,
  to: InstanceKey
): void => {
  for (const one of besides) {
    if (ownKey(one.spec.key) !== from) continue
    const key = besideKey(to, one.spec.key.slice(from.length + 1))
    one.spec = { ...one.spec, key }
    if (one.started !== null) one.started = { ...one.started, key }
  }
}

/**
 * What operators said is in the other database: it is there under both keys while the rest takes the new one, so that it holds
 * whenever the daemon dies.
 */
const renameRecords = Effect.fnUntraced(function* (
  shop: Workshop,
  table: Table,
  instance: Instance,
  from: InstanceKey
) {
  const { overrides, processes } = shop.store
  const { key } = instance.spec
  const override = instance.override === null ? null : { ...instance.override, key }
  instance.override = override
  if (override !== null) yield* shop.guard(overrides.put(override))
  const renaming = Effect.suspend(() => {
    // Each writes itself down again under its new key only after this.
    if (from !== key) rekeyBesides(table, from, key)
    return processes.rename(from, recordOf(shop, instance, true))
  })
  yield* shop.guard(renaming)
  yield* mirrorStart(shop, instance)
  for (const beside of table.besides) {
    if (ownKey(beside.spec.key) === key) yield* mirrorStart(shop, beside)
  }
  if (override === null || from === key) return
  const dropped = yield* shop.guard(overrides.remove(from))
  // Null: it is still on record, and so still holds should there be another instance of that key.
  if (dropped === null) table.overrides.set(from, { ...override, key: from })
})

/** The same instance, and the same process, under another key and address. */
import * as Effect from "effect/Effect"
import type { InstanceSpec } from "../domain/Instance.ts"
import { type Instance, tellWaiters } from "./Instance.ts"
import { putDown } from "./record.ts"
import { renew } from "./renew.ts"
import { channelsOf, labelOf, sinkId } from "./sinks.ts"
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
  table.instances.delete(from.key)
  table.instances.set(spec.key, instance)
  if (instance.nextSpec !== null) instance.nextSpec = spec
  renew(instance, spec)
  if (instance.override !== null) instance.override = { ...instance.override, key: spec.key }
  for (const channel of channelsOf(from)) {
    yield* shop.logs.rename(sinkId(from, channel), sinkId(spec, channel), labelOf(shop, spec))
  }
  yield* shop.guard(shop.store.processes.rename(from.key, spec.key, spec.address))
  yield* shop.guard(shop.store.overrides.rename(from.key, spec.key))
  if (from.key !== spec.key) yield* shop.guard(shop.store.instances.remove(from.key))
  yield* putDown(shop, instance, true)
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
  tellWaiters(instance)
})

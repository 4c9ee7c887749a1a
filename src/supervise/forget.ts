/** The end of an instance that is no longer declared: its sinks, its sockets, its override, its record. */
import * as Effect from "effect/Effect"
import type { Instance } from "./Instance.ts"
import { dropSockets } from "./instanceSockets.ts"
import { forgetRecord } from "./pipes.ts"
import { say } from "./say.ts"
import { channelsOf, sinkId } from "./sinks.ts"
import type { Table } from "./Table.ts"
import type { Workshop } from "./Workshop.ts"

/**
 * Runs in its actor, as the last thing. A process that could not be ended is told of and remembered: should the instance be
 * declared again, it gets that process back instead of a second one.
 */
export const forget = Effect.fnUntraced(function* (
  shop: Workshop,
  table: Table,
  instance: Instance
) {
  const { address, key } = instance.spec
  if (instance.process !== null) {
    const { pid } = instance.process
    yield* say(instance, {
      level: "error",
      text: `${address} is no longer declared, but its process ${pid} cannot be ended`
    })
    yield* shop.events.emit({ kind: "leftovers", instance: key, address, pids: [pid] })
    table.ghosts.set(key, instance)
  }
  for (const channel of channelsOf(instance.spec)) {
    yield* shop.logs.drop(sinkId(instance.spec, channel))
  }
  yield* dropSockets(shop, instance)
  shop.autoLogNames?.forget(key)
  const dropped = yield* shop.guard(shop.store.overrides.remove(key))
  // Null: it is still on record, and so still holds should the instance come back.
  if (dropped === null && instance.override !== null) table.overrides.set(key, instance.override)
  instance.override = null
  for (const { pid } of instance.leftovers) shop.leftBehind.delete(pid)
  instance.removed = true
  table.instances.delete(key)
  table.former.gone(key)
  shop.dependents.leave(instance)
  yield* forgetRecord(shop, table.instances, instance)
  yield* shop.events.emit({ kind: "removed", instance: key, address })
  yield* shop.census.left(instance.spec.group)
})

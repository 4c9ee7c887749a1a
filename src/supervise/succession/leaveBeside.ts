/** The end of what stands beside the process of an instance: an orderly stop, and its record goes. */
import * as Effect from "effect/Effect"
import { ownKey } from "../../core/besideKey.ts"
import type { Reason } from "../../domain/State.ts"
import { type Instance, isAtRest } from "../Instance.ts"
import { step } from "../InstanceActor.ts"
import { dropSockets } from "../instanceSockets.ts"
import { forgetRecord } from "../pipes.ts"
import type { Table } from "../Table.ts"
import type { Workshop } from "../Workshop.ts"

/** Runs in its actor. Nothing starts it again. */
export const leaveBeside = (
  shop: Workshop,
  instance: Instance,
  reason: Reason
): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (instance.beside !== null) instance.beside.role = "leaving"
    return step(shop, instance, { kind: "close" }, { kind: "stop", reason })
  })

/** Runs in its actor, when its process has ended. What it left behind is of the instance whose it was. */
export const forgetBeside = Effect.fnUntraced(function* (
  shop: Workshop,
  table: Table,
  instance: Instance
) {
  const hasEnded = instance.process === null && isAtRest(instance)
  if (!hasEnded || instance.hooks.length > 0 || instance.removed) return
  const own = table.instances.get(ownKey(instance.spec.key))
  for (const leftover of instance.leftovers) {
    if (own === undefined) {
      shop.leftBehind.delete(leftover.pid)
      continue
    }
    own.leftovers = [...own.leftovers, leftover]
    shop.leftBehind.set(leftover.pid, own)
  }
  instance.leftovers = []
  yield* dropSockets(shop, instance)
  instance.removed = true
  table.besides.delete(instance)
  yield* forgetRecord(shop, table.instances, instance)
})

/**
 * The end of a process that was left behind is heard when it falls to reeve. One whose parent was left behind as well is
 * reaped by that parent, and nobody tells; so who shows leftovers looks first. It never signals anything.
 */
import * as Effect from "effect/Effect"
import { isLive } from "../core/leftovers.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import type { Instance } from "./Instance.ts"
import type { Workshop } from "./Workshop.ts"

export const forgetEnded = (
  shop: Workshop,
  instances: ReadonlyMap<InstanceKey, Instance>
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const some = [...instances.values()].filter(({ leftovers }) => leftovers.length > 0)
    return Effect.forEach(some, (instance) => forgetEndedOf(shop, instance), { discard: true })
  })

const forgetEndedOf = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  for (const leftover of instance.leftovers) {
    const facts = yield* shop.proc.facts(leftover.pid)
    if (facts?.startTicks === leftover.startTicks && isLive(facts)) continue
    shop.leftBehind.delete(leftover.pid)
    instance.leftovers = instance.leftovers.filter((one) => one !== leftover)
  }
})

/** The end of a process that has run as long as it may (`restart.maxLifetime`): an orderly stop, and a new process. */
import * as Effect from "effect/Effect"
import type { InstanceEvent } from "../core/instanceState.ts"
import { lifetimeMs } from "../core/lifetimeMs.ts"
import type { Instance } from "./Instance.ts"
import { say } from "./say.ts"
import type { Workshop } from "./Workshop.ts"

/** Monotonic; null: nothing ends it. Only what is up is replaced: a start has failures and waits of its own. */
export const lifetimeEnd = (
  { state }: Pick<Workshop, "state">,
  { machine, process, spec }: Instance
): number | null => {
  // At the end of everything each has its turn.
  if (state.closing || machine.state !== "RUNNING" || process === null) return null
  const lifetime = lifetimeMs(spec.definition.restart, process.spawnId)
  return lifetime === null ? null : machine.spawnedAt + lifetime
}

/** What its machine is to be told; nothing before the time has come. */
export const recycling = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const end = lifetimeEnd(shop, instance)
  const { maxLifetimeMs } = instance.spec.definition.restart
  const none: ReadonlyArray<InstanceEvent> = []
  if (end === null || end > shop.monotonicNow() || maxLifetimeMs === null) return none
  const { address } = instance.spec
  const text = `${address} has run as long as it may (restart.maxLifetime): a new process follows`
  yield* say(instance, { level: "info", text })
  const events: ReadonlyArray<InstanceEvent> = [
    { kind: "stop", reason: { kind: "recycled", maxLifetimeMs } },
    { kind: "start" }
  ]
  return events
})

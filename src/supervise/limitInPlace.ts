/** New limits for a process that goes on. */
import * as Effect from "effect/Effect"
import { limitRefusalText } from "../core/limitRefusalText.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { LimitRefusal } from "../os/Proc.ts"
import type { Instance } from "./Instance.ts"
import type { Workshop } from "./Workshop.ts"

/**
 * Gives the process of an instance the limits of a specification, before that is taken: a daemon that dies in between does it
 * again. Compared is with what the process has, so that what was refused before is tried again, and nothing is left of it
 * when the files went back. What cannot be changed waits for the next start: nobody asked for one.
 */
export const limitInPlace = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  spec: InstanceSpec
) {
  const { process } = instance
  const before = instance.limits ?? instance.started?.definition.limits ?? null
  if (process === null || before === null) return
  // Its exit is known: the number may be another's, and the next start has the new limits anyway.
  if (shop.lives.of(process.pid)?.spawnId !== process.spawnId) return
  const after = spec.definition.limits
  const refusals = yield* shop.proc.changeLimits(process, before, after)
  if (refusals.some((refusal) => hasEnded(refusal, process.pid))) return
  const kept = refusals.map(({ field }) => [field, before[field]] as const)
  instance.limits = { ...after, ...Object.fromEntries(kept) }
  instance.limitsRefused = refusals.length === 0 ? null : limitRefusalText(refusals, after)
  if (instance.limitsRefused !== null) {
    yield* Effect.logWarning(
      `${spec.address}: ${instance.limitsRefused}; its next start has what is declared`
    )
  }
})

const hasEnded = ({ errno, pid }: LimitRefusal, leader: number): boolean =>
  errno === "ESRCH" && pid === leader

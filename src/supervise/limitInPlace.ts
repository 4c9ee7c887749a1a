/** New limits for a process that goes on. */
import * as Effect from "effect/Effect"
import { askedOf, type Unheld, unheldText } from "../core/kernelLimits.ts"
import { limitRefusalText } from "../core/limitRefusalText.ts"
import type { Limits } from "../domain/Definition.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Process } from "../domain/State.ts"
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
  const unheld = yield* limitTogether(shop, process, before, after)
  const kept = refusals.map(({ field }) => [field, before[field]] as const)
  instance.limits = { ...after, ...Object.fromEntries(kept) }
  const texts = [
    ...(refusals.length === 0 ? [] : [limitRefusalText(refusals, after)]),
    ...(unheld.length === 0 ? [] : [unheldText(unheld)])
  ]
  instance.limitsRefused = texts.length === 0 ? null : texts.join("; ")
  if (instance.limitsRefused !== null) {
    yield* Effect.logWarning(`${spec.address}: ${instance.limitsRefused}`)
  }
})

/** Memory that is in use does not move to another cgroup with the process. */
const countsFromNow = "that counts no memory which its process has already"

/** Looks at what starts others while it is moved. */
const ROUNDS = 10

/** What runs without a cgroup is moved to a new one. */
const limitTogether = Effect.fnUntraced(function* (
  shop: Workshop,
  { pid, spawnId }: Process,
  before: Limits,
  after: Limits
) {
  const { cgroups, memoryWatch, proc } = shop
  const none: ReadonlyArray<Unheld> = []
  const asked = askedOf(after)
  if (asked.length === 0 && askedOf(before).length === 0) return none
  if ((yield* cgroups.members(spawnId)) !== null) {
    const unheld = yield* cgroups.limit(spawnId, after)
    memoryWatch.hold(spawnId, yield* cgroups.holdsMemory(spawnId))
    return unheld
  }
  if (asked.length === 0) return none
  const { directory, unheld } = yield* cgroups.make(spawnId, { ...after, memoryMax: null })
  if (directory === null) return yield* cgroups.limit(spawnId, after)
  for (let round = 0, before = 0; round < ROUNDS; round += 1) {
    const family = (yield* proc.families(new Set([pid]))).get(pid) ?? []
    yield* cgroups.enter(spawnId, [pid, ...family.map((member) => member.pid)])
    if (family.length === before) break
    before = family.length
  }
  return after.memoryMax === null
    ? unheld
    : [...unheld, { field: "memoryMax" as const, why: countsFromNow }]
})

const hasEnded = ({ errno, pid }: LimitRefusal, leader: number): boolean =>
  errno === "ESRCH" && pid === leader

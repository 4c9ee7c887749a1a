/**
 * What runs goes on to follow what it depends on (`onLoss`) without an apply, and without a word. After an apply that failed, of
 * which nothing is tried again unasked, as that has nothing to do with what failed; and where an apply was over before the last
 * one's turn had come.
 */
import * as Effect from "effect/Effect"
import { plan as makePlan } from "../core/plan.ts"
import type { Action } from "../domain/Plan.ts"
import { type Desk, forKeeping } from "./Desk.ts"
import { execute } from "./executor.ts"
import { blockedIn, instancesOf } from "./followed.ts"
import type { Memory } from "./Memory.ts"

export const followOthers = (
  { memory, place, see }: Desk,
  { desired, number }: NonNullable<Memory["accepted"]>
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const actual = yield* see
    const options = forKeeping({ memory })
    const whole = makePlan(desired, actual, options)
    memory.blocked = blockedIn(whole)
    memory.deferred = new Set()
    const only = new Set(whole.actions.filter(isDue).map(({ instance }) => instance))
    if (only.size === 0) return
    const applying = { hash: desired.hash, superseded: false }
    memory.applying = applying
    const { deferred } = yield* execute(makePlan(desired, actual, { ...options, only }), desired, {
      supervisor: place.supervisor,
      generation: number,
      superseded: () => applying.superseded,
      onProgress: () => Effect.void
    })
    memory.deferred = instancesOf(deferred)
  }).pipe(
    Effect.ensuring(
      Effect.sync(() => {
        memory.applying = null
      })
    )
  )

/** What it follows has changed already; what is still to be done to others belongs to what failed. */
const isDue = (action: Action): boolean => {
  if (action.cause.kind !== "dependency") return false
  switch (action.kind) {
    case "restart":
      return action.needs.length === 0
    case "stop":
      return action.awaits.length > 0
    case "start":
    case "update":
    case "rename":
    case "adopt":
    case "signal":
      return false
  }
}

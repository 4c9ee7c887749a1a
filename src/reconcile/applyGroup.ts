/**
 * One group made as the Loader says, for a client who asked for it (supervisord.md 9.3): no guard holds it, no newer apply
 * supersedes it, and it neither waits for the turn nor for programs of other groups. What runs beside it is of older content
 * and begins nothing more; a look afterwards takes up what that left undone.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { LoadFailure } from "../config/Loader.ts"
import { plan as makePlan } from "../core/plan.ts"
import { unattended } from "../core/planFacts.ts"
import type { Actual } from "../domain/Actual.ts"
import type { Desired } from "../domain/Desired.ts"
import { accept } from "./accept.ts"
import { conclude } from "./conclude.ts"
import { type Desk, inBackground, supersede } from "./Desk.ts"
import { execute } from "./executor.ts"
import { lookLater } from "./look.ts"
import { type Applied, Pinned } from "./Reconciler.ts"

/** Resolves when its stops have ended and its starts have begun. A client that goes away does not cut it in two. */
export const applyGroup = (
  desk: Desk,
  group: string,
  who: string,
  content?: Desired
): Effect.Effect<Applied, LoadFailure | Pinned> =>
  Effect.gen(function* () {
    const done = yield* Deferred.make<Applied, LoadFailure | Pinned>()
    const work = Effect.onExit(carry(desk, group, who, content), (exit) =>
      Deferred.done(done, exit)
    )
    yield* inBackground(desk, Effect.asVoid(Effect.ignore(work)))
    return yield* Deferred.await(done)
  })

const carry = (
  desk: Desk,
  group: string,
  who: string,
  content?: Desired
): Effect.Effect<Applied, LoadFailure | Pinned> =>
  Effect.gen(function* () {
    const { memory, place } = desk
    if (memory.pin !== null) return yield* new Pinned({ pin: memory.pin })
    const desired = content ?? (yield* desk.load).desired
    yield* supersede(desk, desired.hash)
    const part = partOf(desired, group)
    const options = { ...unattended, confirmed: true, protectedToo: true }
    const plan = makePlan(part, instancesOf(yield* desk.see, group), options)
    const number = yield* accept(desk, desired, plan, who)
    const { failures } = yield* execute(plan, part, {
      supervisor: place.supervisor,
      generation: number,
      superseded: () => false,
      onProgress: () => Effect.void
    })
    const outcome = failures.length > 0 ? "failed" : "applied"
    // What failed is not tried again unasked.
    if (failures.length > 0) memory.failed = desired.hash
    const order = { desired, plan, number, options }
    const applied = yield* conclude(place, order, outcome, failures)
    yield* lookLater(desk)
    return applied
  })

const partOf = (desired: Desired, group: string): Desired => ({
  ...desired,
  programs: desired.programs.filter((program) => program.group === group),
  groups: desired.groups.filter(({ name }) => name === group)
})

const instancesOf = (actual: Actual, group: string): Actual => ({
  ...actual,
  instances: actual.instances.filter(({ spec }) => spec.group === group)
})

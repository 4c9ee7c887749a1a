/** Where the reconciler's steps meet: services, memory, and the turn that only one of them has at a time. */
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { Loaded, LoadFailure } from "../config/Loader.ts"
import { type PlanOptions, unattended } from "../core/planFacts.ts"
import type { Actual } from "../domain/Actual.ts"
import type { Desired } from "../domain/Desired.ts"
import { badOf } from "./bad.ts"
import type { Memory } from "./Memory.ts"
import { withSourceChanges } from "./sourceChanges.ts"
import type { Workplace } from "./Workplace.ts"

export interface Desk {
  readonly place: Workplace
  readonly memory: Memory
  /** Of the daemon: what is forked here ends with it. */
  readonly scope: Scope.Scope
  readonly turn: Semaphore.Semaphore
  readonly load: Effect.Effect<Loaded, LoadFailure>
  readonly see: Effect.Effect<Actual>
}

export const inTurn = <A, E>(desk: Desk, work: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Semaphore.withPermits(desk.turn, 1)(work)

/** Work that nobody waits for. A defect in it is told; the daemon goes on. */
export const inBackground = (desk: Desk, work: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.asVoid(forkBackground(desk, work))

export const forkBackground = (
  desk: Desk,
  work: Effect.Effect<void>
): Effect.Effect<Fiber.Fiber<void>> =>
  Effect.forkIn(
    Effect.catchCause(work, (cause) => Effect.logError("reconciling failed", cause)),
    desk.scope
  )

export const isManual = (desk: Desk, desired: Desired): boolean =>
  desk.place.options.mode === "manual" || desired.supervisor.apply === "manual"

/** How a save is planned: with every guard. */
export const forSave = (desk: Desk, desired: Desired): PlanOptions => ({
  ...unattended,
  mode: isManual(desk, desired) ? "manual" : "auto",
  failed: desk.memory.failed,
  bad: badOf(desk.memory, desired),
  pin: desk.memory.pin,
  unpredictable: new Set(desk.memory.unpredictable.keys())
})

/** How what was accepted is kept: everything that could hold it was passed when it was accepted. */
export const forKeeping = (desk: Pick<Desk, "memory">): PlanOptions => ({
  ...unattended,
  confirmed: true,
  unpredictable: new Set(desk.memory.unpredictable.keys())
})

/** What runs, for a plan that is to be shown: with the files that processes were made from, which nobody looks at else. */
export const seeMore = ({ place, see }: Desk): Effect.Effect<Actual> =>
  Effect.gen(function* () {
    const sources = yield* Effect.orElseSucceed(place.store.processes.sources, () => new Map())
    return yield* withSourceChanges(yield* see, sources)
  })

/** The apply at work, if it is one of other content, begins nothing more. */
export const supersede = (desk: Desk, hash: string): Effect.Effect<void> =>
  Effect.sync(() => {
    const { applying } = desk.memory
    if (applying !== null && applying.hash !== hash) applying.superseded = true
  })

/**
 * The reconciler: one turn at a time (a look, or an apply by hand), each of which reads the world anew. Loads run beside the
 * turn, so that a newer generation can supersede the apply at work. No trigger carries what to do.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { Loader } from "../config/Loader.ts"
import { SourceWatcher } from "../config/SourceWatcher.ts"
import { Watcher } from "../config/Watcher.ts"
import { plan as makePlan } from "../core/plan.ts"
import { lookAgainMs } from "../domain/limits.ts"
import { Events } from "../events/Events.ts"
import { Store } from "../store/Store.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import { applyByHand } from "./applyByHand.ts"
import { applyGroup } from "./applyGroup.ts"
import { boot } from "./boot.ts"
import { type Desk, forSave, inBackground, inTurn, isManual, seeMore, supersede } from "./Desk.ts"
import { follow } from "./follow.ts"
import { heedSources } from "./heedSources.ts"
import { makeLoad } from "./loadFiles.ts"
import { endAt, look, lookForOperator, lookLater, reload } from "./look.ts"
import { newMemory, statusOf } from "./Memory.ts"
import { observe } from "./observe.ts"
import { Reconciler } from "./Reconciler.ts"
import { resume } from "./resume.ts"
import { planRollback, rollback } from "./rollback.ts"
import type { ReconcilerOptions, Workplace } from "./Workplace.ts"

export type { ReconcilerOptions } from "./Workplace.ts"

export const reconcilerLive = (options: ReconcilerOptions) =>
  Layer.effect(
    Reconciler,
    Effect.gen(function* () {
      const place: Workplace = {
        options,
        loader: yield* Loader,
        watcher: yield* Watcher,
        sources: yield* SourceWatcher,
        supervisor: yield* Supervisor,
        store: yield* Store,
        events: yield* Events,
        report: options.report ?? (() => Effect.void)
      }
      const memory = newMemory(lookAgainMs)
      return service({
        place,
        memory,
        scope: yield* Effect.scope,
        turn: Semaphore.makeUnsafe(1),
        load: makeLoad(place, memory),
        see: observe(place.supervisor, place.store)
      })
    })
  )

const service = (desk: Desk): Reconciler["Service"] => {
  const { load, memory, place } = desk
  // What an operator asks for is a change: what failed before is tried again.
  const forgive = Effect.sync(() => {
    memory.failed = null
  })
  const booted = Deferred.makeUnsafe<void>()
  return {
    run: Effect.scoped(
      Effect.gen(function* () {
        // Before the first load, so that no save falls between the two.
        const changes = yield* place.watcher.changes(place.options.entries)
        yield* Effect.forkScoped(follow(desk))
        yield* Effect.forkScoped(heedSources(desk))
        yield* boot(desk)
        yield* Deferred.succeed(booted, undefined)
        yield* Stream.runForEach(changes, () => Effect.andThen(reload(desk), lookLater(desk)))
        return yield* Effect.never
      })
    ),
    booted: Deferred.await(booted),
    plan: Effect.gen(function* () {
      const { desired, warnings } = yield* load
      return {
        plan: makePlan(desired, yield* seeMore(desk), forSave(desk, desired)),
        desired,
        warnings
      }
    }),
    planRevision: (revision) =>
      Effect.gen(function* () {
        const scales = yield* Effect.orElseSucceed(place.store.overrides.scales, () => [])
        const { entries } = place.options
        const { desired, warnings } = yield* place.loader.loadRevision(entries, revision, scales)
        return {
          plan: makePlan(desired, yield* seeMore(desk), forSave(desk, desired)),
          desired,
          warnings
        }
      }),
    apply: (request) => applyByHand(desk, request),
    planRollback: (to, protectedToo = false) => planRollback(desk, to, protectedToo),
    rollback: (request) => rollback(desk, request),
    resume: (who) => resume(desk, who),
    applyGroup: (group, who, content) => applyGroup(desk, group, who, content),
    followFiles: Effect.gen(function* () {
      const { desired } = yield* load
      if (isManual(desk, desired) || memory.pin !== null) return desired
      yield* supersede(desk, desired.hash)
      yield* inTurn(desk, look(desk, false))
      return desired
    }),
    poke: Effect.andThen(
      forgive,
      inBackground(desk, Effect.andThen(reload(desk), lookLater(desk)))
    ),
    look: lookForOperator(desk),
    endAt: (at) => endAt(desk, at),
    status: Effect.sync(() => statusOf(memory)),
    content: () => ({
      accepted: memory.accepted?.desired ?? null,
      loaded: memory.candidate?.desired ?? null
    }),
    settings: Effect.sync(() => memory.accepted?.desired.supervisor ?? null)
  }
}

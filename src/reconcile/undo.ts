/**
 * An update that failed is undone (`update.rollback`): the content of the last generation that was applied to its end takes its
 * place, through the ordinary plan and apply. That and the outcome of what failed are on record in one moment, so that a daemon
 * that dies now ends what this began. What failed is not tried again while the files say the same.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { rescale } from "../config/rescale.ts"
import { plan as makePlan } from "../core/plan.ts"
import type { Generation } from "../domain/Generation.ts"
import { storedGenerations } from "../domain/limits.ts"
import { detailOf } from "./conclude.ts"
import { followSources } from "./followSources.ts"
import type { Memory } from "./Memory.ts"
import type { Order } from "./Order.ts"
import { observe } from "./observe.ts"
import type { Applied } from "./Reconciler.ts"
import type { Workplace } from "./Workplace.ts"

/** What is to be carried out instead; null: there is nothing to go back to, or it cannot be recorded. */
export const undo = (
  place: Workplace,
  memory: Memory,
  order: Order,
  failures: Applied["failures"]
): Effect.Effect<Order | null> =>
  Effect.gen(function* () {
    if (memory.unproven !== order.number) return null
    const { events, store, supervisor } = place
    const good = yield* lastGood(place, order)
    if (good === null) return null
    const scales = yield* Effect.orElseSucceed(store.overrides.scales, () => [])
    const desired = rescale(good.content, scales)
    const options = { ...order.options, confirmed: true, failed: null, only: null }
    const plan = makePlan(desired, yield* observe(supervisor, store), options)
    const detail = detailOf(failures) ?? "it failed"
    const reason = `generation ${order.number} failed`
    const at = yield* Clock.currentTimeMillis
    const undoes = { number: order.number, detail, rollbackOf: good.number, reason }
    const number = yield* store.generations
      .append({ desired, plan, who: "reeve", at, undoes })
      .pipe(
        Effect.catchTag("StoreFailure", ({ message }) =>
          Effect.as(Effect.logError(`generation ${order.number} is not undone: ${message}`), null)
        )
      )
    if (number === null) return null
    yield* followSources(place, desired)
    const open = memory.rollout?.number === order.number ? memory.rollout : null
    const failed: Applied = {
      generation: order.number,
      outcome: "rolledBack",
      plan: open?.plan ?? order.plan,
      failures
    }
    memory.accepted = { number, desired }
    memory.unproven = null
    memory.failed = null
    memory.bad = { number: order.number, content: order.desired, text: detail }
    memory.rollout = {
      number,
      plan,
      options,
      conclusion: open?.conclusion ?? Deferred.makeUnsafe<Applied>(),
      progress: null,
      undoes: failed,
      lookInMs: null
    }
    yield* events.emit({ kind: "generation", number: order.number, outcome: "rolledBack", detail })
    yield* events.emit({ kind: "generation", number, outcome: "applying", detail: null })
    yield* place.report({ kind: "applied", applied: failed })
    const text = `generation ${order.number} failed (${detail}): going back to generation ${good.number}`
    yield* place.report({ kind: "undone", text })
    yield* place.report({ kind: "plan", plan, generation: number })
    return { desired, plan, number, options }
  })

/** The newest of other content that was applied to its end and can be read. */
const lastGood = (place: Workplace, order: Order): Effect.Effect<Generation | null> =>
  Effect.gen(function* () {
    const { generations } = place.store
    const list = yield* Effect.orElseSucceed(generations.list(storedGenerations), () => [])
    for (const { good, hash, number } of list) {
      if (number >= order.number || !good || hash === order.desired.hash) continue
      const found = yield* Effect.orElseSucceed(generations.get(number), () => null)
      if (found !== null) return found
    }
    return null
  })

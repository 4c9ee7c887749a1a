/**
 * An apply of what is accepted already, of which nothing is left to do. Whoever asks is told how what that generation began
 * stands: a save may have begun it a moment ago. Recorded is only that it came up after all; the rest is on record.
 */
import * as Effect from "effect/Effect"
import type { Plan } from "../domain/Plan.ts"
import type { Desk } from "./Desk.ts"
import type { Memory } from "./Memory.ts"
import type { Order } from "./Order.ts"
import type { Applied } from "./Reconciler.ts"
import { settleAgain, touchedBy } from "./settle.ts"

/** `hash`: of the content that is to be applied. */
export const isDone = (memory: Memory, hash: string, plan: Plan): boolean =>
  memory.accepted?.desired.hash === hash &&
  memory.rollout === null &&
  plan.actions.length + plan.metadata.length === 0 &&
  // What waits for an instance that failed has failed, too.
  !plan.drift.some(({ kind }) => kind === "lacking")

export const applyAgain = ({ memory, place }: Desk, order: Order) =>
  Effect.sync(() => {
    // It is asked for: what comes of it is looked at anew.
    if (memory.failed === order.desired.hash) memory.failed = null
    const applied: Applied = {
      generation: order.number,
      outcome: "applied",
      plan: order.plan,
      failures: []
    }
    const settled = Effect.gen(function* () {
      const { generations } = place.store
      const stored = yield* Effect.orElseSucceed(generations.get(order.number), () => null)
      return yield* settleAgain(place, order, touchedBy(stored?.plan ?? order.plan), applied)
    })
    return { applied, settled }
  })

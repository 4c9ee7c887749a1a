/** How far an open apply has come, and when it counts as stalled. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Standing, standingOf, type Trouble } from "../core/rollout/standing.ts"
import { updatePolicy } from "../core/rollout/updatePolicy.ts"
import { specsByKey } from "../core/specsByKey.ts"
import type { Actual } from "../domain/Actual.ts"
import { formatDuration } from "../domain/Duration.ts"
import type { Plan } from "../domain/Plan.ts"
import type { Deferral } from "./executor.ts"
import type { Memory, Progress } from "./Memory.ts"
import { monotonicMs } from "./monotonicMs.ts"
import type { Order } from "./Order.ts"
import { byKey } from "./observe.ts"

export interface Look {
  readonly standing: Standing
  readonly progress: Progress
  /** What it waits for, in so many words. */
  readonly waits: ReadonlyArray<Trouble>
  /** It got no further for as long as one of its programs allows. */
  readonly isStalled: boolean
  /** Milliseconds until time alone may change that; null: it does not. */
  readonly lookInMs: number | null
}

export const lookAt = (
  { rollout }: Memory,
  order: Order,
  found: {
    readonly actual: Actual
    readonly left: Plan
    readonly deferred: ReadonlyArray<Deferral>
  }
): Effect.Effect<Look> =>
  Effect.gen(function* () {
    const open = rollout?.number === order.number ? rollout : null
    const now = yield* Clock.currentTimeMillis
    const at = yield* monotonicMs
    const specs = specsByKey(order.desired)
    const standing = standingOf({
      plan: open?.plan ?? order.plan,
      specs,
      instances: byKey(found.actual),
      now
    })
    const progress = furthest(open?.progress ?? null, {
      arrived: standing.arrived,
      left: found.left.actions.length,
      at
    })
    const waits = [
      ...standing.pending,
      ...found.deferred.flatMap(({ action: { instance }, text }) => {
        const spec = specs.get(instance)
        return spec === undefined ? [] : [{ spec, text }]
      })
    ]
    const deadlineMs = Math.min(...waits.map(({ spec }) => updatePolicy(spec).deadlineMs))
    const restMs = progress.at + deadlineMs - at
    const moments = [restMs, ...(standing.nextAt === null ? [] : [standing.nextAt - now])]
    return {
      standing,
      progress,
      waits,
      isStalled: waits.length > 0 && restMs <= 0,
      lookInMs: waits.length === 0 ? null : Math.max(1, Math.min(...moments))
    }
  })

/** What comes and goes is no progress the second time. */
const furthest = (before: Progress | null, now: Progress): Progress => {
  if (before === null) return now
  const arrived = new Set([...before.arrived, ...now.arrived])
  const isFurther = arrived.size > before.arrived.size || now.left < before.left
  return {
    arrived,
    left: Math.min(before.left, now.left),
    at: isFurther ? now.at : before.at
  }
}

/** What is said of an update that stalled. */
export const stalledTexts = (
  waits: ReadonlyArray<Trouble>
): ReadonlyArray<{ readonly address: string; readonly text: string }> =>
  waits.map(({ spec, text }) => {
    const { deadlineMs } = updatePolicy(spec)
    return { address: spec.address, text: `${text}, for ${formatDuration(deadlineMs)}` }
  })

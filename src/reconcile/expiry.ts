/**
 * What was done by hand until a certain moment ends then, as `reeve release` ends it. One alarm at most, armed only while
 * something has an end; what is due is decided by the wall clock when it rings, so that a daemon that was away, a machine that
 * slept and a clock that was set change nothing but how late it is noticed.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { programKey } from "../core/programKey.ts"
import type { Actual, Override, ScaleOverride } from "../domain/Actual.ts"
import { Address, type InstanceSpec } from "../domain/Instance.ts"
import { expiryLookMs, expiryRetryMs } from "../domain/limits.ts"
import { isOver } from "../domain/Terms.ts"
import { type Desk, forkBackground } from "./Desk.ts"
import type { Alarm } from "./Memory.ts"
import { releasedEvent, scaleReleasedEvent } from "./releasedEvent.ts"

/** Who ends what nobody released. */
const who = "expiry"

/** How many stops and starts, and how many numbers of instances, ended. */
export interface Ended {
  readonly overrides: number
  readonly scales: number
}

/** Ends what is over. The caller looks afterwards, with files loaded anew where a number of instances ended. */
export const endOverdue = (desk: Desk, actual: Actual): Effect.Effect<Ended> =>
  Effect.gen(function* () {
    const { events, store, supervisor } = desk.place
    const now = yield* Clock.currentTimeMillis
    const due = overridesOf(actual).filter((override) => isOver(override, now))
    const isScaleDue = actual.scales.some((scale) => isOver(scale, now))
    if (due.length === 0 && !isScaleDue) return { overrides: 0, scales: 0 }
    const specs = yield* specsOf(desk, actual)
    let overrides = 0
    for (const { key } of due) {
      if (!(yield* supervisor.expireOverride(key, now))) continue
      overrides++
      const address = specs.find((spec) => spec.key === key)?.address ?? Address.make(key)
      yield* events.emit(releasedEvent({ key, address }, who))
    }
    const scales = isScaleDue
      ? yield* Effect.orElseSucceed(store.overrides.expireScales(now), () => [])
      : []
    for (const scale of scales) {
      const first = firstOf(specs, scale)
      if (first !== undefined) yield* events.emit(scaleReleasedEvent(first, who))
    }
    return { overrides, scales: scales.length }
  })

/**
 * Runs `ring` when the first end comes, which arms it again; `leastMs`: not sooner. It only moves to an earlier moment: one that
 * was set since the world was seen must not get lost.
 */
export const armExpiry = (
  desk: Desk,
  at: number | null,
  ring: Effect.Effect<void>,
  leastMs = 0
): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (at === null) return
    const { memory } = desk
    const now = yield* Clock.currentTimeMillis
    const pause = Math.max(leastMs, Math.min(at - now, expiryLookMs))
    const before = memory.alarm
    // One that is late with its ring does not count: the clock was set.
    if (before !== null && before.ringsAt > now && before.ringsAt <= now + pause) return
    const alarm: Alarm = { ringsAt: now + pause, cancel: () => {} }
    memory.alarm = alarm
    before?.cancel()
    const work = Effect.suspend(() => {
      if (memory.alarm !== alarm) return Effect.void
      memory.alarm = null
      return ring
    })
    const fiber = yield* forkBackground(desk, Effect.andThen(Effect.sleep(pause), work))
    alarm.cancel = () => fiber.interruptUnsafe()
  })

/** After an `endOverdue` that ended nothing: what is due all the same could not be recorded. */
export const retryPauseMs = (at: number | null, now: number): number =>
  at !== null && at <= now ? expiryRetryMs : 0

/** The first moment (wall clock, milliseconds) at which something done by hand ends; null: nothing does. */
export const firstEnd = (actual: Actual): number | null =>
  [...overridesOf(actual), ...actual.scales].reduce<number | null>(
    (first, { until }) =>
      until === null ? first : first === null ? until : Math.min(first, until),
    null
  )

/** Of instances that are there, and of those that are only on record. */
const overridesOf = ({ instances, overrides }: Actual): ReadonlyArray<Override> => {
  const held = new Map(overrides.map((it) => [it.key, it]))
  for (const { override } of instances) if (override !== null) held.set(override.key, override)
  return [...held.values()]
}

/** Of what is there, else of what was accepted last: at a boot nothing is there yet. */
const specsOf = (desk: Desk, actual: Actual): Effect.Effect<ReadonlyArray<InstanceSpec>> =>
  actual.instances.length > 0
    ? Effect.succeed(actual.instances.map(({ spec }) => spec))
    : desk.place.store.generations.latest.pipe(
        Effect.map((last) => last?.content.programs.flatMap(({ instances }) => instances) ?? []),
        Effect.orElseSucceed(() => [])
      )

const firstOf = (
  specs: ReadonlyArray<InstanceSpec>,
  scale: ScaleOverride
): InstanceSpec | undefined => specs.find((spec) => programKey(spec) === programKey(scale))

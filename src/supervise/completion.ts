/**
 * What is on record of a task that has completed. It is written when the process has ended, before that is told, and is void from
 * the moment on in which the task is run again: so what is on record is what its latest run came to.
 */
import * as Effect from "effect/Effect"
import { completedBefore, isSameWork, keysOf } from "../core/completedBefore.ts"
import { isWaiting } from "../core/lifeSteps.ts"
import type { Completion } from "../domain/Completion.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import { hold } from "./byHand.ts"
import type { Instance } from "./Instance.ts"
import type { Workshop } from "./Workshop.ts"

export const recordCompletion = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { spec, started, stoppedAt } = instance
    if (spec.definition.task === null) return Effect.void
    const { key } = spec
    const completion = { key, spec: started ?? spec, at: stoppedAt ?? shop.wallNow() }
    return Effect.asVoid(shop.guard(shop.store.completions.put(completion)))
  })

/** It is about to run. */
export const voidCompletion = (shop: Workshop, { spec }: Instance): Effect.Effect<void> =>
  spec.definition.task === null
    ? Effect.void
    : Effect.asVoid(shop.guard(shop.store.completions.remove(spec.key)))

/** Under its new key first, so that one of them holds whenever the daemon dies. */
export const moveCompletion = Effect.fnUntraced(function* (
  shop: Workshop,
  { spec }: Instance,
  from: InstanceKey
) {
  const { completions } = shop.store
  if (spec.definition.task === null || from === spec.key) return
  const known = yield* shop.guard(completions.get(from))
  if (known === null) return
  yield* shop.guard(completions.put({ ...known, key: spec.key }))
  yield* shop.guard(completions.remove(from))
})

/**
 * A task that waits to run what it was changed to, and is to be again what it completed as: it has completed, and does not run.
 * To be asked before it takes `next`.
 */
export const isGivenBack = Effect.fnUntraced(function* (
  shop: Workshop,
  { machine, spec, started }: Instance,
  next: InstanceSpec
) {
  if (next.definition.task === null || started === null || !isWaiting(machine)) return false
  if (isSameWork(started, spec) || !isSameWork(started, next)) return false
  const known = yield* shop.guard(shop.store.completions.get(spec.key))
  return known?.spec.revision === started.revision
})

/** A task that runs once and has done so in an earlier run of reeve begins as it was left. */
export const recall = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const { spec } = instance
  if (spec.definition.task?.once !== true) return
  const known = new Map<InstanceKey, Completion | null>()
  for (const key of keysOf(spec)) {
    known.set(key, yield* shop.guard(shop.store.completions.get(key)))
  }
  const completion = completedBefore(spec, (key) => known.get(key) ?? null)
  if (completion !== null) beginCompleted(instance, completion)
})

const beginCompleted = (instance: Instance, { at, spec }: Completion): void => {
  const status = { kind: "code", code: 0 } as const
  const reason = { kind: "exited", status, expected: true } as const
  instance.machine = { ...instance.machine, state: "EXITED", reason }
  instance.state = "EXITED"
  instance.reason = reason
  instance.exit = status
  instance.started = spec
  instance.since = at
  instance.startedAt ??= at
  instance.stoppedAt = at
}

/** What started it by hand although it does not start by itself has had what it asked for: it does not run at the next boot. */
export const endStartByHand = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  instance.spec.definition.task !== null && instance.override?.kind === "started"
    ? hold(shop, instance, null)
    : Effect.void

/** Asking an instance's machine for a start, a stop or both, inside its actor. */
import * as Effect from "effect/Effect"
import { isSameWork } from "../core/completedBefore.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import { type Instance, isAtRest } from "./Instance.ts"
import { step } from "./InstanceActor.ts"
import { note, reasonOf } from "./origin.ts"
import { take } from "./renew.ts"
import { type Origin, StartFailure } from "./Supervisor.ts"
import { failureOf } from "./untilUp.ts"
import type { Workshop } from "./Workshop.ts"

/** Asks for a start; a failure that is known at once is one, whether it is waited for or not. */
export const begin = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  origin: Origin
) {
  // A plan reads what is on record, and does not know of a hold that could not be written.
  if (isHeld(instance, origin)) return
  if (isUpToDate(instance, origin)) return
  // It was tried since: the next try has its time.
  if (origin.kind !== "operator" && instance.state === "BACKOFF") return
  const { key } = instance.spec
  const wasUnknown = instance.state === "UNKNOWN"
  note(instance, origin)
  yield* step(shop, instance, { kind: "start" })
  if (instance.machine.closed) {
    return yield* new StartFailure({ key, kind: "abnormal", text: "nothing is started any more" })
  }
  if (wasUnknown && instance.state === "UNKNOWN") {
    const text = `${instance.spec.address} is in an unknown process state`
    return yield* new StartFailure({ key, kind: "abnormal", text })
  }
  if (instance.state === "BACKOFF" || instance.state === "FATAL") {
    return yield* failureOf(instance)
  }
})

export const halt = (shop: Workshop, instance: Instance, origin: Origin): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (isShutDown(shop, origin)) return Effect.void
    note(instance, origin)
    return step(shop, instance, { kind: "stop", reason: reasonOf(origin) })
  })

/**
 * Stop, take the specification when at rest, start; in one go, so that nothing comes between. By hand what was read some
 * time ago may be of before a save: then the newest that the instance was given holds.
 */
export const replace = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  given: InstanceSpec,
  origin: Origin
) {
  if (isShutDown(shop, origin)) return
  const spec = origin.kind === "operator" ? (instance.nextSpec ?? instance.spec) : given
  note(instance, origin)
  if (isHeld(instance, origin)) {
    yield* take(shop, instance, spec)
    return
  }
  if (isAtRest(instance) && instance.process === null) {
    yield* take(shop, instance, spec)
    if (!isOver(instance, origin)) yield* step(shop, instance, { kind: "start" })
    return
  }
  if (isDone(instance, spec, origin)) {
    yield* take(shop, instance, spec)
    return
  }
  instance.nextSpec = spec
  yield* step(shop, instance, { kind: "stop", reason: reasonOf(origin) }, { kind: "start" })
})

/** A shutdown stops everything in its order; what a plan still wants to be stopped would be out of it. */
const isShutDown = ({ state }: Workshop, origin: Origin): boolean =>
  state.closing && origin.kind !== "operator"

/** A plan starts what has ended in what it is to be now; somebody did so since, and that has come to its end. */
const isUpToDate = (instance: Instance, origin: Origin): boolean => {
  const { machine, spec, started } = instance
  if (machine.state !== "EXITED") return false
  switch (origin.kind) {
    case "plan":
    case "follows":
      return started !== null && isSameWork(started, spec)
    case "watch":
      return isSince(instance, origin)
    case "dependency":
    case "operator":
    case "shutdown":
      return false
  }
}

/** What runs follows its dependency; what has come to its end since the plan was made does not run again for that. */
const isOver = (instance: Instance, origin: Origin): boolean => {
  const { state } = instance.machine
  const hasEnded = state === "EXITED" || state === "FATAL"
  return hasEnded && (origin.kind === "follows" || isSince(instance, origin))
}

/** It has run since the file changed. */
const isSince = ({ changedFile }: Instance, origin: Origin): boolean =>
  origin.kind === "watch" && changedFile === null

/** A plan may be older than what an operator did meanwhile. */
const isHeld = ({ override }: Instance, origin: Origin): boolean =>
  override?.kind === "stopped" && origin.kind !== "operator"

const isDone = (instance: Instance, spec: InstanceSpec, origin: Origin): boolean => {
  switch (origin.kind) {
    case "plan":
      return isReplaced(instance, spec)
    case "watch":
      // By itself, meanwhile.
      return instance.process !== null && instance.changedFile === null
    case "follows":
    case "dependency":
    case "operator":
    case "shutdown":
      return false
  }
}

/**
 * A restart that was under way when its daemon died is finished by the instance itself: a plan that was made before that was over
 * finds nothing left to do.
 */
const isReplaced = (instance: Instance, spec: InstanceSpec): boolean => {
  const { machine, mustRestart, process, started } = instance
  return (
    process !== null &&
    (machine.state === "STARTING" || machine.state === "RUNNING") &&
    mustRestart === null &&
    started?.revision === spec.revision
  )
}

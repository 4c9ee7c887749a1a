/** Taking a new specification while the process, if there is one, goes on. */
import * as Effect from "effect/Effect"
import { makePacer } from "../core/backoff.ts"
import { canonicalJson } from "../core/canonicalJson.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import { isGivenBack } from "./completion.ts"
import { tendProbes } from "./health/tendProbes.ts"
import { type Instance, tellWaiters } from "./Instance.ts"
import { step } from "./InstanceActor.ts"
import { limitInPlace } from "./limitInPlace.ts"
import { putDown } from "./record.ts"
import { configureSinks, declareSinks } from "./sinks.ts"
import { withdraw } from "./succession/withdraw.ts"
import type { Workshop } from "./Workshop.ts"

/**
 * The specification and a new schedule. The count of failures goes on: only a process of another revision starts from 0.
 */
export const renew = (shop: Workshop, instance: Instance, spec: InstanceSpec): void => {
  const before = instance.spec
  instance.spec = spec
  if (before.revision === spec.revision) return
  instance.pacer = makePacer(spec.definition.restart.backoff)
  if (canonicalJson(before.definition.ready) !== canonicalJson(spec.definition.ready)) {
    instance.readyChangedAt = shop.monotonicNow()
  }
}

/** Renews, changes limits and sinks of what runs in place, and records it. A restart that is under way gets it too. */
export const take = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  spec: InstanceSpec
) {
  if (instance.successor?.spec.revision !== spec.revision) yield* withdraw(shop, instance)
  yield* limitInPlace(shop, instance, spec)
  if (instance.nextSpec !== null) instance.nextSpec = spec
  const isDone = yield* isGivenBack(shop, instance, spec)
  renew(shop, instance, spec)
  if (instance.process !== null) {
    yield* configureSinks(shop, spec, instance.openAs).pipe(
      Effect.catchTag("SinkFailure", ({ errno, path }) =>
        Effect.logWarning(`${spec.address}: its log cannot move to ${path}: ${errno}`)
      )
    )
  } else yield* declareSinks(shop, spec)
  yield* tendProbes(shop, instance)
  shop.memoryWatch.tend(instance)
  if (isDone) yield* step(shop, instance, { kind: "completed" })
  // What was up before anybody asked whether it is ready has come up.
  if (instance.ready?.ok === true) yield* step(shop, instance, { kind: "ready" })
  yield* putDown(shop, instance, true)
  tellWaiters(instance)
})

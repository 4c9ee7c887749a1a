/** The end of all instances: from its first moment nothing is started, then wave after wave is stopped. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { waitingToDieMessage } from "../core/lifecycleMessages.ts"
import { compareInstances, shutdownWaves } from "../core/shutdownOrder.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { ask, untilRest, untilStopDone } from "./ask.ts"
import { type Instance, isAtRest } from "./Instance.ts"
import { step } from "./InstanceActor.ts"
import type { Workshop } from "./Workshop.ts"

/** Between two lines that say who is waited for. */
const reminderMs = 3_000

/** A second call waits for the first. */
export const shutdownOf = Effect.fnUntraced(function* (
  shop: Workshop,
  instances: ReadonlyMap<InstanceKey, Instance>
) {
  const done = yield* Deferred.make<void>()
  const stopAll = Effect.gen(function* () {
    for (const wave of shutdownWaves([...instances.values()])) {
      yield* Effect.forEach(wave, (instance) => stopOne(shop, instance), {
        concurrency: "unbounded",
        discard: true
      })
    }
  })
  const run = Effect.raceFirst(stopAll, remind(instances)).pipe(
    Effect.ensuring(Deferred.succeed(done, undefined))
  )
  return Effect.suspend(() => {
    if (shop.state.closing) return Deferred.await(done)
    shop.state.closing = true
    return run
  })
})

const stopOne = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  ask(instance, step(shop, instance, { kind: "shutdown" })).pipe(
    Effect.andThen(untilRest(instance)),
    Effect.andThen(untilStopDone(instance)),
    Effect.catchTag("NoSuchInstance", () => Effect.void)
  )

const remind = (instances: ReadonlyMap<InstanceKey, Instance>): Effect.Effect<never> =>
  Effect.suspend(() => {
    const names = [...instances.values()]
      .filter((instance) => !isAtRest(instance))
      .sort((a, b) => compareInstances(a.spec, b.spec))
      .map(({ spec }) => spec.name)
    return names.length === 0 ? Effect.void : Effect.logInfo(waitingToDieMessage(names).text)
  }).pipe(Effect.andThen(Effect.sleep(reminderMs)), Effect.forever)

/** The end of all instances: from its first moment nothing is started, then wave after wave is stopped. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { placesOf } from "../core/dependency/places.ts"
import type { ProgramGraph } from "../core/dependency/programGraph.ts"
import { runningGraph } from "../core/dependency/runningGraph.ts"
import { waitingToDieMessage } from "../core/lifecycleMessages.ts"
import { programKey } from "../core/programKey.ts"
import { compareInstances, shutdownWaves } from "../core/shutdownOrder.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { ask, untilRest, untilStopDone, watch } from "./ask.ts"
import { type Instance, isAtRest } from "./Instance.ts"
import { step } from "./InstanceActor.ts"
import { leaveBeside } from "./succession/leaveBeside.ts"
import { isOver } from "./succession/untilAlone.ts"
import type { Table } from "./Table.ts"
import type { Workshop } from "./Workshop.ts"

/** Between two lines that say who is waited for. */
const reminderMs = 3_000

/** A second call waits for the first. */
export const shutdownOf = Effect.fnUntraced(function* (
  shop: Workshop,
  { besides, instances }: Pick<Table, "besides" | "instances">
) {
  const done = yield* Deferred.make<void>()
  const stopAll = Effect.gen(function* () {
    const all = [...instances.values()]
    const graph = runningGraph(
      all.map(({ spec }) => spec),
      (name) => shop.dependents.programsOf(name)
    )
    // What is to take a place, or has lost it, has no order of its own.
    const beside = yield* Effect.forkChild(
      Effect.forEach([...besides], (one) => stopBeside(shop, one), { concurrency: "unbounded" })
    )
    for (const wave of shutdownWaves(all, placesOf(graph))) yield* stopWave(shop, wave, graph)
    yield* Fiber.join(beside)
    yield* shop.sockets.closeAll
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

/** Side by side; but what others need is stopped when those are at rest. */
const stopWave = Effect.fnUntraced(function* (
  shop: Workshop,
  wave: ReadonlyArray<Instance>,
  { nodes, order }: ProgramGraph
) {
  // In the middle of an apply programs may need each other in a circle: they do not wait.
  const sorted = new Set(order)
  const rests = new Map<string, { left: number; readonly done: Deferred.Deferred<void> }>()
  for (const { spec } of wave) {
    const key = programKey(spec)
    const known = rests.get(key)
    if (known === undefined) rests.set(key, { left: 1, done: Deferred.makeUnsafe() })
    else known.left++
  }
  const dependentsOf = (key: string) =>
    Array.from(nodes.get(key)?.neededBy ?? [])
      .filter((node) => sorted.has(node))
      .flatMap((node) => rests.get(node.key)?.done ?? [])
  const stopInTurn = (instance: Instance): Effect.Effect<void> => {
    const key = programKey(instance.spec)
    const rested = Effect.suspend(() => {
      const rest = rests.get(key)
      if (rest === undefined || --rest.left > 0) return Effect.void
      return Effect.asVoid(Deferred.succeed(rest.done, undefined))
    })
    return Effect.forEach(dependentsOf(key), Deferred.await, { discard: true }).pipe(
      Effect.andThen(stopOne(shop, instance)),
      Effect.ensuring(rested)
    )
  }
  yield* Effect.forEach(wave, stopInTurn, { concurrency: "unbounded", discard: true })
})

const stopBeside = (shop: Workshop, instance: Instance): Effect.Effect<void> => {
  const task = leaveBeside(shop, instance, { kind: "shutdown" })
  return Effect.andThen(instance.mailbox.offer({ kind: "run", task }), untilGone(instance))
}

const stopOne = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  ask(instance, step(shop, instance, { kind: "shutdown" })).pipe(
    Effect.andThen(untilRest(instance)),
    Effect.andThen(untilStopDone(instance)),
    // Another process took its place in that moment, and it is asked to stop for that.
    Effect.catchTag("NoSuchInstance", () =>
      instance.beside === null ? Effect.void : untilGone(instance)
    )
  )

/** One that took the place in that moment stays, as what was stopped. */
const untilGone = (instance: Instance): Effect.Effect<void> =>
  Effect.ignore(
    watch(instance, (now) =>
      isOver(now) || (now.beside === null && isAtRest(now) && now.hooks.length === 0)
        ? Effect.void
        : null
    )
  )

const remind = (instances: ReadonlyMap<InstanceKey, Instance>): Effect.Effect<never> =>
  Effect.suspend(() => {
    const names = [...instances.values()]
      .filter((instance) => !isAtRest(instance))
      .sort((a, b) => compareInstances(a.spec, b.spec))
      .map(({ spec }) => spec.name)
    return names.length === 0 ? Effect.void : Effect.logInfo(waitingToDieMessage(names).text)
  }).pipe(Effect.andThen(Effect.sleep(reminderMs)), Effect.forever)

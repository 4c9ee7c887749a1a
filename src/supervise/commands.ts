/** The commands of the Supervisor to one instance: find it, hand over to its actor, wait for what comes of it. */
import * as Effect from "effect/Effect"
import { waitingMessage } from "../core/lifecycleMessages.ts"
import type { ActualInstance, Override } from "../domain/Actual.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import { ask, untilRest, untilStopDone, watch } from "./ask.ts"
import { expire, expireAbsent, hold, sendByHand, sendReload } from "./byHand.ts"
import { forget } from "./forget.ts"
import { type Instance, isAtRest, toActual } from "./Instance.ts"
import { step } from "./InstanceActor.ts"
import { noteChange } from "./noteChange.ts"
import { renameTo } from "./renameTo.ts"
import { take } from "./renew.ts"
import type { NoSuchInstance, NotedChange, Origin } from "./Supervisor.ts"
import { say } from "./say.ts"
import { begin, halt, replace } from "./starting.ts"
import type { Table } from "./Table.ts"
import { untilBegun, untilUp } from "./untilUp.ts"
import type { Workshop } from "./Workshop.ts"

/** Between two lines that say what a stop by hand waits for. */
const reminderMs = 2_000

export const commandsOf = (shop: Workshop, table: Table) => ({
  ...runningOf(shop, table),
  ...changingOf(shop, table),
  until: (
    key: InstanceKey,
    done: (instance: ActualInstance) => boolean
  ): Effect.Effect<ActualInstance, NoSuchInstance> =>
    Effect.flatMap(table.find(key), (instance) =>
      watch(instance, (changed) => {
        const actual = toActual(changed)
        return done(actual) ? Effect.succeed(actual) : null
      })
    )
})

const runningOf = (shop: Workshop, table: Table) => {
  const start = Effect.fn("Supervisor.start")(function* (
    key: InstanceKey,
    origin: Origin,
    wait: boolean
  ) {
    const instance = yield* table.find(key)
    yield* ask(instance, begin(shop, instance, origin))
    if (wait) yield* untilUp(instance)
  })

  const stop = Effect.fn("Supervisor.stop")(function* (key: InstanceKey, origin: Origin) {
    const instance = yield* table.find(key)
    yield* ask(instance, halt(shop, instance, origin))
    const rest = Effect.andThen(untilRest(instance), untilStopDone(instance))
    yield* origin.kind === "operator" ? Effect.raceFirst(rest, remind(instance)) : rest
  })

  const restart = Effect.fn("Supervisor.restart")(function* (
    spec: InstanceSpec,
    origin: Origin,
    wait: boolean
  ) {
    const instance = yield* table.find(spec.key)
    yield* ask(instance, replace(shop, instance, spec, origin))
    yield* wait ? untilUp(instance) : untilBegun(instance)
  })

  return {
    start,
    stop,
    restart,
    remove: Effect.fn("Supervisor.remove")(function* (key: InstanceKey, origin: Origin) {
      const instance = yield* table.find(key)
      yield* ask(instance, step(shop, instance, { kind: "close" }))
      yield* stop(key, origin)
      yield* ask(instance, forget(shop, table, instance))
    })
  }
}

const changingOf = (shop: Workshop, table: Table) => {
  const inActor = <A, E>(
    key: InstanceKey,
    work: (instance: Instance) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | NoSuchInstance> =>
    Effect.flatMap(table.find(key), (instance) => ask(instance, work(instance)))

  return {
    update: Effect.fn("Supervisor.update")(function* (spec: InstanceSpec) {
      yield* inActor(spec.key, (instance) => take(shop, instance, spec))
    }),
    rename: Effect.fn("Supervisor.rename")(function* (from: InstanceKey, spec: InstanceSpec) {
      yield* inActor(from, (instance) => renameTo(shop, table, instance, spec))
    }),
    signal: Effect.fn("Supervisor.signal")(function* (
      key: InstanceKey,
      signal: number,
      scope: "process" | "group",
      _origin: Origin
    ) {
      yield* inActor(key, (instance) => sendByHand(shop, instance, signal, scope))
    }),
    reload: Effect.fn("Supervisor.reload")(function* (key: InstanceKey) {
      yield* inActor(key, (instance) => sendReload(shop, instance))
    }),
    setOverride: Effect.fn("Supervisor.setOverride")(function* (
      key: InstanceKey,
      override: Override | null
    ) {
      yield* inActor(key, (instance) => hold(shop, instance, override))
    }),
    noteChange: Effect.fn("Supervisor.noteChange")(function* (
      key: InstanceKey,
      change: NotedChange
    ) {
      return yield* inActor(key, (instance) => noteChange(shop, instance, change))
    }),
    expireOverride: Effect.fn("Supervisor.expireOverride")(function* (
      key: InstanceKey,
      now: number
    ) {
      return yield* inActor(key, (instance) => expire(shop, instance, now)).pipe(
        Effect.catchTag("NoSuchInstance", () => expireAbsent(shop, table, key, now))
      )
    })
  }
}

const remind = (instance: Instance): Effect.Effect<never> =>
  Effect.suspend(() =>
    isAtRest(instance) ? Effect.void : say(instance, waitingMessage(instance.spec.name))
  ).pipe(Effect.andThen(Effect.sleep(reminderMs)), Effect.forever)

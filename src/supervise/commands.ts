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
import { succeed } from "./succession/succeed.ts"
import { untilAlone } from "./succession/untilAlone.ts"
import { withdraw } from "./succession/withdraw.ts"
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

/** Work in the actor of the instance that has the key, also where another one takes its place meanwhile. */
const asking = <A, E>(
  table: Table,
  key: InstanceKey,
  work: (instance: Instance) => Effect.Effect<A, E>
): Effect.Effect<A, E | NoSuchInstance> =>
  Effect.flatMap(table.find(key), (instance) => {
    const again = Effect.suspend(() => asking(table, key, work))
    return Effect.catch(
      ask(instance, work(instance)),
      (failure): Effect.Effect<A, E | NoSuchInstance> =>
        instance.beside?.role === "leaving" ? again : Effect.fail(failure)
    )
  })

const runningOf = (shop: Workshop, table: Table) => {
  const start = Effect.fn("Supervisor.start")(function* (
    key: InstanceKey,
    origin: Origin,
    wait: boolean
  ) {
    const instance = yield* asking(table, key, (it) => Effect.as(begin(shop, it, origin), it))
    if (wait) yield* untilUp(instance)
  })

  const stop = Effect.fn("Supervisor.stop")(function* (key: InstanceKey, origin: Origin) {
    const instance = yield* asking(table, key, (it) =>
      withdraw(shop, it).pipe(Effect.andThen(halt(shop, it, origin)), Effect.as(it))
    )
    const rest = untilRest(instance).pipe(
      Effect.andThen(untilStopDone(instance)),
      Effect.andThen(untilAlone(table, key))
    )
    yield* origin.kind === "operator" ? Effect.raceFirst(rest, remind(instance)) : rest
  })

  const restart = Effect.fn("Supervisor.restart")(function* (
    spec: InstanceSpec,
    origin: Origin,
    wait: boolean
  ) {
    const instance = yield* asking(table, spec.key, (it) =>
      withdraw(shop, it).pipe(Effect.andThen(replace(shop, it, spec, origin)), Effect.as(it))
    )
    yield* wait ? untilUp(instance) : untilBegun(instance)
  })

  return {
    start,
    stop,
    restart,
    succeed: Effect.fn("Supervisor.succeed")(function* (spec: InstanceSpec, origin: Origin) {
      const { begun, instance } = yield* asking(table, spec.key, (it) =>
        Effect.map(succeed(shop, table, it, spec, origin), (isBeside) => ({
          begun: isBeside,
          instance: it
        }))
      )
      if (!begun) yield* untilBegun(instance)
    }),
    withdraw: (key: InstanceKey) => asking(table, key, (it) => withdraw(shop, it)),
    remove: Effect.fn("Supervisor.remove")(function* (key: InstanceKey, origin: Origin) {
      yield* asking(table, key, (it) => step(shop, it, { kind: "close" }))
      yield* stop(key, origin)
      yield* asking(table, key, (it) => forget(shop, table, it))
    })
  }
}

const changingOf = (shop: Workshop, table: Table) => {
  const inActor = <A, E>(
    key: InstanceKey,
    work: (instance: Instance) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | NoSuchInstance> => asking(table, key, work)

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

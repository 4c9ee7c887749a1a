/** The commands of the Supervisor to one instance. */
import * as Effect from "effect/Effect"
import { waitingMessage } from "../core/lifecycleMessages.ts"
import type { ActualInstance, Override } from "../domain/Actual.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import { signalName } from "../domain/Signal.ts"
import type { Reason } from "../domain/State.ts"
import { ask, untilRest, watch } from "./ask.ts"
import { forget } from "./forget.ts"
import { type Instance, isAtRest, tellWaiters, toActual } from "./Instance.ts"
import { step } from "./InstanceActor.ts"
import { say } from "./obey.ts"
import { renameTo } from "./renameTo.ts"
import { take } from "./renew.ts"
import {
  type NoSuchInstance,
  NotRunning,
  type Origin,
  SignalRefused,
  StartFailure
} from "./Supervisor.ts"
import type { Table } from "./Table.ts"
import type { Workshop } from "./Workshop.ts"

/** Between two lines that say what a stop by hand waits for. */
const reminderMs = 2_000

export const commandsOf = (shop: Workshop, table: Table) => {
  const inActor = <A, E>(
    key: InstanceKey,
    work: (instance: Instance) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | NoSuchInstance> =>
    Effect.flatMap(table.find(key), (instance) => ask(instance, work(instance)))

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
    const rest = untilRest(instance)
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
    }),
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
    setOverride: Effect.fn("Supervisor.setOverride")(function* (
      key: InstanceKey,
      override: Override | null
    ) {
      yield* inActor(key, (instance) => hold(shop, instance, override))
    }),
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
  }
}

/** Asks for a start; a failure that is known at once is one, whether it is waited for or not. */
const begin = Effect.fnUntraced(function* (shop: Workshop, instance: Instance, origin: Origin) {
  const { key } = instance.spec
  const wasUnknown = instance.state === "UNKNOWN"
  note(instance, origin)
  yield* startStep(shop, instance)
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

const halt = (shop: Workshop, instance: Instance, origin: Origin): Effect.Effect<void> =>
  Effect.suspend(() => {
    note(instance, origin)
    return step(shop, instance, { kind: "stop", reason: reasonOf(origin) })
  })

/** Stop, take the specification when at rest, start; in one go, so that nothing comes between. */
const replace = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  spec: InstanceSpec,
  origin: Origin
) {
  if (isAtRest(instance) && instance.process === null) {
    yield* take(shop, instance, spec)
  } else {
    instance.nextSpec = spec
    yield* halt(shop, instance, origin)
  }
  note(instance, origin)
  yield* startStep(shop, instance)
})

/** What never ran in this revision begins with a clean count. */
const startStep = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  if (instance.process === null && instance.started?.revision !== instance.spec.revision) {
    yield* step(shop, instance, { kind: "renewed" })
  }
  yield* step(shop, instance, { kind: "start" })
})

/** Until RUNNING, or the first failure. */
const untilUp = (instance: Instance): Effect.Effect<void, NoSuchInstance | StartFailure> =>
  watch<void, StartFailure>(instance, (now) => {
    switch (now.state) {
      case "RUNNING":
        return Effect.void
      case "STARTING":
        return null
      case "STOPPING":
        return now.machine.again ? null : abnormal(now)
      case "BACKOFF":
      case "FATAL":
        return Effect.fail(failureOf(now))
      case "STOPPED":
      case "EXITED":
      case "UNKNOWN":
        return abnormal(now)
    }
  })

/** Until the stop before a restart is over and the start was tried. */
const untilBegun = (instance: Instance): Effect.Effect<void, NoSuchInstance | StartFailure> =>
  watch<void, StartFailure>(instance, (now) => {
    switch (now.state) {
      case "STARTING":
      case "RUNNING":
      case "EXITED":
        return Effect.void
      case "STOPPING":
        return now.machine.again ? null : abnormal(now)
      case "BACKOFF":
      case "FATAL":
        return Effect.fail(failureOf(now))
      case "STOPPED":
      case "UNKNOWN":
        return abnormal(now)
    }
  })

const abnormal = (instance: Instance): Effect.Effect<never, StartFailure> => {
  const { address, key } = instance.spec
  const text = `${address} is ${instance.state} instead of RUNNING`
  return Effect.fail(new StartFailure({ key, kind: "abnormal", text }))
}

const failureOf = (instance: Instance): StartFailure =>
  new StartFailure({
    key: instance.spec.key,
    kind: instance.startFailure,
    text: instance.spawnError
  })

const remind = (instance: Instance): Effect.Effect<never> =>
  Effect.suspend(() =>
    isAtRest(instance) ? Effect.void : say(instance, waitingMessage(instance.spec.name))
  ).pipe(Effect.andThen(Effect.sleep(reminderMs)), Effect.forever)

const sendByHand = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  signal: number,
  scope: "process" | "group"
) {
  const { process, spec } = instance
  const { address, key } = spec
  if (process === null || shop.lives.of(process.pid)?.spawnId !== process.spawnId) {
    return yield* new NotRunning({ key })
  }
  yield* shop.proc
    .signal(process.pid, signal, scope)
    .pipe(
      Effect.mapError(({ errno }) =>
        errno === "ESRCH"
          ? new NotRunning({ key })
          : new SignalRefused({ key, text: `cannot signal pid ${process.pid}: ${errno}` })
      )
    )
  const { pid } = process
  const name = signalName(signal)
  yield* shop.events.emit({ kind: "signalled", instance: key, address, pid, signal: name, scope })
})

const hold = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  override: Override | null
) {
  const { overrides } = shop.store
  instance.override = override
  yield* shop.guard(
    override === null ? overrides.remove(instance.spec.key) : overrides.put(override)
  )
  tellWaiters(instance)
})

const note = (instance: Instance, origin: Origin): void => {
  if (origin.kind === "plan") instance.generation = origin.generation
}

const reasonOf = (origin: Origin): Reason => {
  switch (origin.kind) {
    case "plan":
      return { kind: "plan", text: origin.text }
    case "operator":
      return { kind: "operator", who: origin.who }
    case "shutdown":
      return { kind: "shutdown" }
  }
}

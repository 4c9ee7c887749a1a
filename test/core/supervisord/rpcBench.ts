/** The methods over a fake supervisor, with the real register, reconciler and configuration in between. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { NoSourceWatcher } from "../../../src/config/SourceWatcherLive.ts"
import { supervisordLoaderLive } from "../../../src/config/supervisordLoaderLive.ts"
import { Watcher } from "../../../src/config/Watcher.ts"
import type { XmlRpcValue } from "../../../src/core/xmlrpc/XmlRpcValue.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { Program } from "../../../src/domain/Desired.ts"
import type { EventBody } from "../../../src/domain/Event.ts"
import type { ListenerEvent } from "../../../src/domain/ListenerEvent.ts"
import { Events } from "../../../src/events/Events.ts"
import { Listeners } from "../../../src/events/Listeners.ts"
import { LogPlane, SinkFailure } from "../../../src/logs/LogPlane.ts"
import { Users } from "../../../src/os/Users.ts"
import { Reconciler } from "../../../src/reconcile/Reconciler.ts"
import { reconcilerLive } from "../../../src/reconcile/ReconcilerLive.ts"
import { storeLive } from "../../../src/store/StoreLive.ts"
import { Launcher, LaunchRefused } from "../../../src/supervise/Launcher.ts"
import { NoSuchInstance, StdinClosed, Supervisor } from "../../../src/supervise/Supervisor.ts"
import { ConfigurationLive } from "../../../src/supervisord/ConfigurationLive.ts"
import { Rpc } from "../../../src/supervisord/Rpc.ts"
import { RpcLive } from "../../../src/supervisord/RpcLive.ts"
import {
  type ConfigRefused,
  SupervisordControl
} from "../../../src/supervisord/SupervisordControl.ts"
import { type FakeSupervisor, fakeSupervisor } from "../planning/FakeSupervisor.ts"
import { config, type GroupFiles, newFiles, registerOf } from "../planning/groups.ts"
import { until } from "../planning/reconciling.ts"

export interface RpcBench {
  readonly files: GroupFiles
  readonly fake: FakeSupervisor
  readonly events: Array<EventBody>
  readonly notified: Array<ListenerEvent>
  /** What was sent to stdins, and which logs were cleared. */
  readonly sent: Array<string>
  readonly cleared: Array<string>
  /** What the launcher says of an address; else it would launch. */
  readonly refusals: Map<string, LaunchRefused>
  mood: "RUNNING" | "RESTARTING" | "SHUTDOWN"
  mainLog: string | null
  /** Paths of the logs of all processes. */
  processLog: string | null
  stdin: "open" | "closed"
  reload: ConfigRefused | null
  asked: Array<string>
}

export const newRpcBench = (...programs: ReadonlyArray<Program>): RpcBench => ({
  files: newFiles(...programs),
  fake: fakeSupervisor(),
  events: [],
  notified: [],
  sent: [],
  cleared: [],
  refusals: new Map(),
  mood: "RUNNING",
  mainLog: null,
  processLog: null,
  stdin: "open",
  reload: null,
  asked: []
})

/** Changes one instance, as its actor would. */
export const become = (
  { fake }: RpcBench,
  address: string,
  change: Partial<ActualInstance>
): void => {
  for (const [key, instance] of fake.instances) {
    if (instance.spec.address === address) fake.instances.set(key, { ...instance, ...change })
  }
}

const supervisorOf = (bench: RpcBench): Supervisor["Service"] => {
  const { service } = bench.fake
  return {
    ...service,
    logPath: (_, channel) => (channel === "stdout" ? bench.processLog : null),
    writeStdin: (key, bytes) =>
      bench.stdin === "closed"
        ? Effect.fail(new StdinClosed({ key, text: "closed" }))
        : Effect.sync(() => void bench.sent.push(`${key} ${new TextDecoder().decode(bytes)}`)),
    until: (key, done) =>
      until(`the wait for ${key}`, () => {
        const instance = bench.fake.instances.get(key)
        return instance === undefined || done(instance)
      }).pipe(
        Effect.andThen(
          Effect.suspend(() => {
            const instance = bench.fake.instances.get(key)
            return instance === undefined
              ? Effect.fail(new NoSuchInstance({ key }))
              : Effect.succeed(instance)
          })
        )
      )
  }
}

const controlOf = (bench: RpcBench) => {
  const asked = (what: string) => Effect.sync(() => void bench.asked.push(what))
  return Layer.succeed(SupervisordControl, {
    settings: () => config.settings,
    pid: 4711,
    mood: () => bench.mood,
    shutdown: asked("shutdown"),
    restart: Effect.suspend(() =>
      bench.reload === null ? asked("restart") : Effect.fail(bench.reload)
    ),
    logfile: () => bench.mainLog,
    clearLog: asked("clearLog")
  })
}

export const rpcLayers = (bench: RpcBench) => {
  const events = Layer.succeed(Events, {
    emit: (body) => Effect.sync(() => void bench.events.push(body)),
    subscribe: Effect.succeed(Stream.empty),
    follow: Effect.succeed(Effect.never)
  })
  const watcher = Layer.succeed(Watcher, {
    changes: () => Effect.succeed(Stream.empty),
    watchAlso: () => Effect.void
  })
  const launcher = Layer.mock(Launcher, {
    launch: (spec) => {
      const refusal = bench.refusals.get(spec.address)
      return Effect.fail(refusal ?? new LaunchRefused({ kind: "spawn", text: "not looked at" }))
    }
  })
  const logs = Layer.mock(LogPlane, {
    clear: ({ channel, instance }) => {
      if (bench.processLog === "/denied") {
        return Effect.fail(new SinkFailure({ path: "/denied", errno: "EACCES" }))
      }
      return Effect.sync(() => void bench.cleared.push(`${instance} ${channel}`))
    }
  })
  const users = Layer.mock(Users, {
    effectiveUid: 0,
    effectiveGid: 0,
    find: (name) =>
      Effect.succeed(
        name === "nobody" ? { name, uid: 65534, gid: 65534, home: "/", shell: "" } : null
      )
  })
  const listeners = Layer.succeed(Listeners, {
    declare: () => undefined,
    phaseOf: () => null,
    notify: (event) => void bench.notified.push(event)
  })
  return RpcLive.pipe(
    Layer.provideMerge(ConfigurationLive),
    Layer.provideMerge(reconcilerLive({ entries: [], mode: "auto", who: "reeve" })),
    Layer.provideMerge(supervisordLoaderLive({ watch: false })),
    Layer.provideMerge(
      Layer.mergeAll(
        events,
        watcher,
        NoSourceWatcher,
        launcher,
        logs,
        users,
        listeners,
        controlOf(bench)
      )
    ),
    Layer.provideMerge(Layer.succeed(Supervisor, supervisorOf(bench))),
    Layer.provideMerge(registerOf(bench.files)),
    Layer.provideMerge(storeLive({ stateFile: ":memory:", runtimeFile: ":memory:" }))
  )
}

/** The daemon has booted, and what it was given runs. */
export const begun = (bench: RpcBench) =>
  Effect.gen(function* () {
    const reconciler = yield* Reconciler
    yield* Effect.forkScoped(reconciler.run, { startImmediately: true })
    yield* until("boot", () =>
      bench.events.some((it) => it.kind === "generation" && it.outcome !== "applying")
    )
    return yield* Rpc
  })

/** The answer as plain data, or `code text` of a fault. */
export const told = (method: string, ...params: ReadonlyArray<XmlRpcValue>) =>
  Effect.gen(function* () {
    const rpc = yield* Rpc
    const name = method.includes(".") ? method : `supervisor.${method}`
    const result = yield* Effect.result(rpc.call(name, params))
    return Result.isFailure(result)
      ? `${result.failure.code} ${result.failure.text}`
      : plain(result.success)
  })

export const plain = (value: XmlRpcValue): unknown => {
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]))
  }
  return value
}

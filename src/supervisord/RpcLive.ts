/**
 * XML-RPC over a closed table: a name that is not in it is no method, whatever it looks like. What a method may be asked is
 * looked at here, in supervisord's order: name, number of params, whether the daemon is ending; the rest is the method's.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { GroupRegister } from "../config/GroupRegister.ts"
import type { XmlRpcValue } from "../core/xmlrpc/XmlRpcValue.ts"
import { Events } from "../events/Events.ts"
import { Listeners } from "../events/Listeners.ts"
import { LogPlane } from "../logs/LogPlane.ts"
import { Users } from "../os/Users.ts"
import { Reconciler } from "../reconcile/Reconciler.ts"
import { Store } from "../store/Store.ts"
import { Launcher } from "../supervise/Launcher.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import { Configuration } from "./Configuration.ts"
import { Rpc } from "./Rpc.ts"
import { makeAllProcessInfo } from "./rpc/allProcessInfo.ts"
import type { Bench } from "./rpc/Bench.ts"
import { daemonMethods, updateProcessGroup } from "./rpc/daemonMethods.ts"
import { fault } from "./rpc/fault.ts"
import { logMethods } from "./rpc/logMethods.ts"
import type { Answer, Method } from "./rpc/Method.ts"
import { makeProcesses } from "./rpc/processes.ts"
import { processMethods } from "./rpc/processMethods.ts"
import { type Call, type Methods, systemMethods } from "./rpc/systemMethods.ts"
import { SupervisordControl } from "./SupervisordControl.ts"

export const RpcLive = Layer.effect(
  Rpc,
  Effect.gen(function* () {
    const bench = yield* makeBench
    const call: Call = (name, params) =>
      Effect.suspend(() => {
        const method = listed.get(name) ?? unlisted.get(name)
        if (method === undefined) return Effect.fail(fault("UNKNOWN_METHOD"))
        return answer(bench, name, method, params)
      })
    // Without `[rpcinterface:supervisor]` there is nothing but the system's own.
    const { rpcInterface } = bench.register.last().config
    const listed: Methods = new Map([
      ...(rpcInterface ? supervisorMethods : []),
      ...named(
        "system",
        systemMethods(() => listed, call)
      )
    ])
    const unlisted: Methods = new Map(
      rpcInterface ? [["reeve.updateProcessGroup", updateProcessGroup]] : []
    )
    return { call }
  })
)

const makeBench = Effect.gen(function* () {
  const supervisor = yield* Supervisor
  const register = yield* GroupRegister
  const clock = yield* Clock.clockWith(Effect.succeed)
  const bench: Bench = {
    hands: {
      supervisor,
      store: yield* Store,
      events: yield* Events,
      reconciler: yield* Reconciler
    },
    processes: makeProcesses(supervisor, register),
    allProcessInfo: makeAllProcessInfo(supervisor.logPath),
    configuration: yield* Configuration,
    register,
    control: yield* SupervisordControl,
    launcher: yield* Launcher,
    listeners: yield* Listeners,
    logs: yield* LogPlane,
    users: yield* Users,
    scope: yield* Effect.scope,
    now: () => clock.currentTimeMillisUnsafe()
  }
  return bench
})

const named = (
  namespace: string,
  methods: Readonly<Record<string, Method>>
): ReadonlyArray<readonly [string, Method]> =>
  Object.entries(methods).map(([name, method]) => [`${namespace}.${name}`, method])

const supervisorMethods = named("supervisor", {
  ...daemonMethods,
  ...processMethods,
  ...logMethods
})

const answer = (
  bench: Bench,
  name: string,
  method: Method,
  params: ReadonlyArray<XmlRpcValue>
): Answer => {
  const most = method.params.length
  if (params.length > most || params.length < most - method.optional) {
    return Effect.fail(fault("INCORRECT_PARAMETERS"))
  }
  const ending = bench.control.mood() !== "RUNNING"
  if (ending && !name.startsWith("system.") && !alsoAtTheEnd.has(name)) {
    return Effect.fail(fault("SHUTDOWN_STATE"))
  }
  return method.run(bench, params)
}

const alsoAtTheEnd: ReadonlySet<string> = new Set(["supervisor.sendRemoteCommEvent"])

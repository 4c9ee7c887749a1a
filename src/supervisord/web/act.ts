/**
 * The actions of the web pages (supervisord.md 8), as calls of XML-RPC's methods: what becomes of them is a sentence for the next
 * page. Nobody's right to act is judged here.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import { ctime } from "../../os/ctime.ts"
import type { Supervisor } from "../../supervise/Supervisor.ts"
import type { Rpc, RpcFault } from "../Rpc.ts"
import { findRow, processRows } from "./ProcessRow.ts"

type Service = Rpc["Service"]

export interface Hands {
  readonly rpc: Service
  readonly supervisor: Supervisor["Service"]
}

const ofAll = ["refresh", "stopall", "restartall"] as const
const ofOne = ["start", "stop", "restart", "clearlog"] as const

export type Action =
  | { readonly kind: (typeof ofAll)[number] }
  | { readonly kind: (typeof ofOne)[number]; readonly process: string }

/** Null: there is no such action, or it needs a process. */
export const readAction = (action: string, process: string | null): Action | null => {
  const all = ofAll.find((kind) => kind === action)
  if (all !== undefined) return { kind: all }
  const one = ofOne.find((kind) => kind === action)
  return one === undefined || process === null ? null : { kind: one, process }
}

export const act = ({ rpc, supervisor }: Hands, action: Action): Effect.Effect<string> => {
  switch (action.kind) {
    case "refresh":
      return at("Page refreshed")
    case "stopall":
      return call(rpc, "stopAllProcesses", []).pipe(
        Effect.andThen(at("All stopped")),
        Effect.catch((fault) => Effect.succeed(unexpected(fault)))
      )
    case "restartall":
      // One after the other, whatever the first said: a multicall.
      return Effect.ignore(call(rpc, "stopAllProcesses", [])).pipe(
        Effect.andThen(Effect.ignore(call(rpc, "startAllProcesses", []))),
        Effect.andThen(at("All restarted"))
      )
    case "start":
    case "stop":
    case "restart":
    case "clearlog":
      return Effect.flatMap(processRows(supervisor), (rows) =>
        findRow(rows, action.process) === null
          ? Effect.succeed(`No such process named ${action.process}`)
          : ofProcess(rpc, action.kind, action.process)
      )
  }
}

const ofProcess = (rpc: Service, kind: (typeof ofOne)[number], process: string) =>
  Effect.gen(function* () {
    switch (kind) {
      case "start":
        return yield* start(rpc, process)
      case "stop":
        return yield* Effect.as(call(rpc, "stopProcess", [process]), `Process ${process} stopped`)
      case "restart":
        yield* Effect.ignore(call(rpc, "stopProcess", [process]))
        yield* Effect.ignore(call(rpc, "startProcess", [process]))
        return `Process ${process} restarted`
      case "clearlog":
        return yield* Effect.as(
          call(rpc, "clearProcessLogs", [process]),
          `Log for ${process} cleared`
        )
    }
  }).pipe(Effect.catch((fault) => Effect.succeed(unexpected(fault))))

const start = (rpc: Service, process: string): Effect.Effect<string> =>
  Effect.match(call(rpc, "startProcess", [process]), {
    onSuccess: () => `Process ${process} started`,
    onFailure: (fault) =>
      `ERROR: Process ${process}: ${startFaults.get(fault.code) ?? unexpected(fault)}`
  })

/** By fault code (supervisord.md 4.2). */
const startFaults: ReadonlyMap<number, string> = new Map([
  [20, "no such file"],
  [21, "file not executable"],
  [40, "abnormal termination"],
  [50, "spawn error"],
  [60, "already started"]
])

export const unexpected = ({ code, text }: RpcFault): string =>
  `unexpected rpc fault [${code}] ${text}`

const call = (rpc: Service, method: string, params: ReadonlyArray<XmlRpcValue>) =>
  rpc.call(`supervisor.${method}`, params)

const at = (what: string): Effect.Effect<string> =>
  Effect.map(Clock.currentTimeMillis, (now) => `${what} at ${ctime(now)}`)

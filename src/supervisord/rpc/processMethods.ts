/** Methods that start, stop, signal and show processes. */
import * as Effect from "effect/Effect"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { RpcFault } from "../Rpc.ts"
import type { Bench } from "./Bench.ts"
import type { Begin } from "./begun.ts"
import { allConfigInfo } from "./configInfo.ts"
import type { Method } from "./Method.ts"
import { flag, groupName, text } from "./params.ts"
import { isRunning } from "./processes.ts"
import { infoStruct, processInfo } from "./processInfo.ts"
import { beginAll } from "./rows.ts"
import { signalAll, signalOne } from "./signals.ts"
import { beginStart } from "./start.ts"
import { beginStop } from "./stop.ts"

const byName = (begin: Begin, wanted: Wanted, help: string): Method => ({
  returns: "boolean",
  params: ["string", "boolean"],
  optional: 1,
  help,
  run: (bench, [name, wait]) =>
    Effect.gen(function* () {
      const namespec = yield* text(name)
      const { group, process } = yield* bench.processes.find(namespec)
      if (process === null) {
        const members = yield* bench.processes.ofGroup(group)
        return yield* beginAll(bench, members.filter(wanted), begin, flag(wait))
      }
      const begun = yield* begin(bench, process, namespec)
      if (flag(wait) && begun.wait !== null) yield* begun.wait
      return true
    })
})

const byGroup = (begin: Begin, wanted: Wanted, help: string): Method => ({
  returns: "array",
  params: ["string", "boolean"],
  optional: 1,
  help,
  run: (bench, [name, wait]) =>
    Effect.gen(function* () {
      const members = yield* bench.processes.ofGroup(yield* groupName(name))
      return yield* beginAll(bench, members.filter(wanted), begin, flag(wait))
    })
})

const ofAll = (begin: Begin, wanted: Wanted, help: string): Method => ({
  returns: "array",
  params: ["boolean"],
  optional: 1,
  help,
  run: (bench, [wait]) =>
    Effect.suspend(() => beginAll(bench, bench.processes.all().filter(wanted), begin, flag(wait)))
})

type Wanted = (instance: ActualInstance) => boolean

const up: Wanted = ({ state }) => isRunning(state)
const down: Wanted = ({ state }) => !isRunning(state)

export const processMethods: Readonly<Record<string, Method>> = {
  startProcess: byName(
    beginStart,
    down,
    "Starts a process (or `group:*`); with `wait` answers when it runs or failed to."
  ),
  startProcessGroup: byGroup(
    beginStart,
    down,
    "Starts the processes of a group that do not run; a row for each."
  ),
  startAllProcesses: ofAll(
    beginStart,
    down,
    "Starts all processes that do not run; a row for each."
  ),
  stopProcess: byName(
    beginStop,
    up,
    "Stops a process (or `group:*`); with `wait` answers when it has stopped."
  ),
  stopProcessGroup: byGroup(
    beginStop,
    up,
    "Stops the processes of a group that run; a row for each."
  ),
  stopAllProcesses: ofAll(beginStop, up, "Stops all processes that run; a row for each."),
  signalProcess: {
    returns: "boolean",
    params: ["string", "string"],
    optional: 0,
    help: "Sends a signal, by its name or number, to a process (or `group:*`).",
    run: (bench, [name, signal]) =>
      Effect.gen(function* () {
        const namespec = yield* text(name)
        const { group, process } = yield* bench.processes.find(namespec)
        if (process === null) return yield* signalGroup(bench, group, signal)
        yield* signalOne(bench, process, namespec, signal)
        return true
      })
  },
  signalProcessGroup: {
    returns: "array",
    params: ["string", "string"],
    optional: 0,
    help: "Sends a signal to the processes of a group; a row for each that has one.",
    run: (bench, [name, signal]) =>
      Effect.flatMap(groupName(name), (group) => signalGroup(bench, group, signal))
  },
  signalAllProcesses: {
    returns: "array",
    params: ["string"],
    optional: 0,
    help: "Sends a signal to all processes; a row for each that has one.",
    run: (bench, [signal]) => Effect.suspend(() => signalAll(bench, bench.processes.all(), signal))
  },
  getProcessInfo: {
    returns: "struct",
    params: ["string"],
    optional: 0,
    help: "State, times, pid, logs and a description of a process.",
    run: (bench, [name]) =>
      Effect.gen(function* () {
        const process = yield* bench.processes.one(yield* text(name))
        return infoStruct(processInfo(process, seconds(bench), bench.hands.supervisor.logPath))
      })
  },
  getAllProcessInfo: {
    returns: "array",
    params: [],
    optional: 0,
    help: "The same for all processes, by the names of groups and processes.",
    run: (bench) =>
      Effect.sync(() => bench.allProcessInfo(bench.hands.supervisor.peek(), seconds(bench)))
  },
  getAllConfigInfo: {
    returns: "array",
    params: [],
    optional: 0,
    help: "The configuration of all processes as it was read last, by name.",
    run: allConfigInfo
  }
}

const signalGroup = (
  bench: Bench,
  group: string,
  signal: XmlRpcValue | undefined
): Effect.Effect<XmlRpcValue, RpcFault> =>
  Effect.flatMap(bench.processes.ofGroup(group), (members) => signalAll(bench, members, signal))

const seconds = ({ now }: Bench): number => Math.floor(now() / 1000)

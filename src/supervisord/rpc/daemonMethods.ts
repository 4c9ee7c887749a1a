/** Methods about the daemon itself, and about which groups it has. */
import * as Effect from "effect/Effect"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { AlreadyActive, NoSuchGroup, NotApplied, StillRunning } from "../Configuration.ts"
import type { RpcFault } from "../Rpc.ts"
import { fault } from "./fault.ts"
import type { Method } from "./Method.ts"
import { groupName, int } from "./params.ts"
import { readLog } from "./readLog.ts"

/** The API of supervisord that clients check for. */
const apiVersion = "3.0"

/** The supervisord whose behaviour this is: clients compare it with what they know. */
const supervisorVersion = "4.2.5"

const moods = { RUNNING: 1, RESTARTING: 0, SHUTDOWN: -1 } as const

const apiVersionMethod: Method = {
  returns: "string",
  params: [],
  optional: 0,
  help: "The version of this API.",
  run: () => Effect.succeed(apiVersion)
}

const readMainLog: Method = {
  returns: "string",
  params: ["int", "int"],
  optional: 0,
  help:
    "Bytes of the daemon's own log: `length` of them from `offset` on, 0 being all that follow. " +
    "A negative offset with length 0 gives the last bytes.",
  run: ({ control }, [offset, length]) =>
    Effect.gen(function* () {
      return yield* readLog(control.logfile(), yield* int(offset), yield* int(length))
    })
}

export const daemonMethods: Readonly<Record<string, Method>> = {
  getAPIVersion: apiVersionMethod,
  getVersion: apiVersionMethod,
  getSupervisorVersion: {
    returns: "string",
    params: [],
    optional: 0,
    help: "The version of supervisord that this daemon behaves like.",
    run: () => Effect.succeed(supervisorVersion)
  },
  getIdentification: {
    returns: "string",
    params: [],
    optional: 0,
    help: "The identifier from the configuration.",
    run: ({ control }) => Effect.sync(() => control.settings().identifier)
  },
  getState: {
    returns: "struct",
    params: [],
    optional: 0,
    help: "The state of the daemon, as a number and as a name.",
    run: ({ control }) =>
      Effect.sync(() => {
        const statename = control.mood()
        return new Map<string, XmlRpcValue>([
          ["statecode", moods[statename]],
          ["statename", statename]
        ])
      })
  },
  getPID: {
    returns: "int",
    params: [],
    optional: 0,
    help: "The pid of the daemon, as its pidfile has it.",
    run: ({ control }) => Effect.succeed(control.pid)
  },
  readLog: readMainLog,
  readMainLog,
  clearLog: {
    returns: "boolean",
    params: [],
    optional: 0,
    help: "Removes the daemon's own log and begins a new one.",
    run: ({ control }) =>
      Effect.gen(function* () {
        const path = control.logfile()
        // As supervisord: without a file there is nothing to clear.
        yield* Effect.mapError(readLog(path, 0, 1), ({ code, text }) =>
          code === NO_FILE ? fault("NO_FILE") : fault("FAILED", text)
        )
        yield* Effect.mapError(control.clearLog, () => fault("FAILED"))
        return true
      })
  },
  shutdown: {
    returns: "boolean",
    params: [],
    optional: 0,
    help: "Stops all processes, then the daemon. Answers before that.",
    run: ({ control }) => Effect.as(control.shutdown, true)
  },
  restart: {
    returns: "boolean",
    params: [],
    optional: 0,
    help:
      "Stops all processes and begins anew with the configuration as it is then. " +
      "A configuration with errors stops nothing and is told.",
    run: ({ control }) =>
      control.restart.pipe(
        Effect.as(true),
        Effect.mapError(({ _tag, text }) =>
          fault(_tag === "NoRestart" ? "FAILED" : "CANT_REREAD", text)
        )
      )
  },
  reloadConfig: {
    returns: "array",
    params: [],
    optional: 0,
    help:
      "Reads the configuration and tells which groups it adds, changes and removes: " +
      "[[added, changed, removed]]. Applies nothing.",
    run: ({ configuration }) =>
      configuration.reread.pipe(
        Effect.map(({ added, changed, removed }) => [[added, changed, removed]]),
        Effect.mapError(({ text }) => fault("CANT_REREAD", text))
      )
  },
  addProcessGroup: {
    returns: "boolean",
    params: ["string"],
    optional: 0,
    help: "Makes a group of the configuration that was read last run.",
    run: ({ configuration }, [name]) => change(name, configuration.add)
  },
  removeProcessGroup: {
    returns: "boolean",
    params: ["string"],
    optional: 0,
    help: "Forgets a group all of whose processes are stopped.",
    run: ({ configuration }, [name]) => change(name, configuration.remove)
  }
}

const NO_FILE = fault("NO_FILE").code

/** Not in supervisord: `reeve supervisorctl update` restarts only what changed by it. */
export const updateProcessGroup: Method = {
  returns: "boolean",
  params: ["string"],
  optional: 0,
  help: "Makes a group as the configuration read last says, process by process.",
  run: ({ configuration }, [name]) => change(name, configuration.update)
}

type Refused = AlreadyActive | NoSuchGroup | NotApplied | StillRunning

const change = (
  value: XmlRpcValue | undefined,
  work: (group: string) => Effect.Effect<void, Refused>
): Effect.Effect<XmlRpcValue, RpcFault> =>
  Effect.flatMap(groupName(value), (group) =>
    work(group).pipe(Effect.as(true), Effect.mapError(faultOf))
  )

const faultOf = (refused: Refused): RpcFault => {
  switch (refused._tag) {
    case "NoSuchGroup":
      return fault("BAD_NAME", refused.group)
    case "AlreadyActive":
      return fault("ALREADY_ADDED", refused.group)
    case "StillRunning":
      return fault("STILL_RUNNING", refused.group)
    case "NotApplied":
      return fault("FAILED", refused.text)
  }
}

/** Methods about the output of processes, and what is sent to them. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { remoteEvent } from "../../core/listener/payloads.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { RpcFault } from "../Rpc.ts"
import type { Bench } from "./Bench.ts"
import { fault } from "./fault.ts"
import type { Method } from "./Method.ts"
import { int, pythonText, text } from "./params.ts"
import { readLog, tailLog } from "./readLog.ts"
import { row } from "./rows.ts"

type Channel = "stdout" | "stderr"

const reading = (channel: Channel): Method => ({
  returns: "string",
  params: ["string", "int", "int"],
  optional: 0,
  help: `Bytes of the ${channel} log of a process: \`length\` of them from \`offset\` on, 0 being all that follow.`,
  run: (bench, [name, offset, length]) =>
    Effect.gen(function* () {
      const { spec } = yield* bench.processes.one(yield* text(name))
      const path = bench.hands.supervisor.logPath(spec, channel)
      return yield* readLog(path, yield* int(offset), yield* int(length))
    })
})

const tailing = (channel: Channel): Method => ({
  returns: "array",
  params: ["string", "int", "int"],
  optional: 0,
  help: `[text, size, overflow]: bytes of the ${channel} log from \`offset\` on, or the last \`length\` where there are more.`,
  run: (bench, [name, offset, length]) =>
    Effect.gen(function* () {
      const { spec } = yield* bench.processes.one(yield* text(name))
      const path = bench.hands.supervisor.logPath(spec, channel)
      return yield* tailLog(path, yield* int(offset), yield* int(length))
    })
})

const clearing: Method = {
  returns: "boolean",
  params: ["string"],
  optional: 0,
  help: "Removes the logs of a process and begins new ones, also while it does not run.",
  run: (bench, [name]) =>
    Effect.gen(function* () {
      const namespec = yield* text(name)
      yield* clear(bench, yield* bench.processes.one(namespec), namespec)
      return true
    })
}

const readStdout = reading("stdout")
const tailStdout = tailing("stdout")

export const logMethods: Readonly<Record<string, Method>> = {
  readProcessStdoutLog: readStdout,
  readProcessLog: readStdout,
  readProcessStderrLog: reading("stderr"),
  tailProcessStdoutLog: tailStdout,
  tailProcessLog: tailStdout,
  tailProcessStderrLog: tailing("stderr"),
  clearProcessLogs: clearing,
  clearProcessLog: clearing,
  clearAllProcessLogs: {
    returns: "array",
    params: [],
    optional: 0,
    help: "Clears the logs of all processes; a row for each.",
    run: (bench) =>
      Effect.suspend(() =>
        Effect.forEach(bench.processes.all(), (instance) =>
          Effect.map(Effect.result(clear(bench, instance, instance.spec.address)), (outcome) =>
            row(instance, Result.isFailure(outcome) ? outcome.failure : null)
          )
        )
      )
  },
  sendProcessStdin: {
    returns: "boolean",
    params: ["string", "string"],
    optional: 0,
    help: "Writes text to the stdin of a process.",
    run: (bench, [name, chars]) =>
      Effect.gen(function* () {
        if (typeof chars !== "string") {
          const given = chars === undefined ? undefined : pythonText(chars)
          return yield* fault("INCORRECT_PARAMETERS", given)
        }
        const namespec = yield* text(name)
        const { process, spec, state } = yield* bench.processes.one(namespec)
        if (process === null || state === "STOPPING") return yield* fault("NOT_RUNNING", namespec)
        yield* bench.hands.supervisor.writeStdin(spec.key, encoder.encode(chars)).pipe(
          Effect.catchTags({
            NoSuchInstance: () => Effect.fail(fault("BAD_NAME", namespec)),
            NotRunning: () => Effect.fail(fault("NOT_RUNNING", namespec)),
            StdinClosed: () => Effect.fail(fault("NO_FILE", namespec))
          })
        )
        return true
      })
  },
  sendRemoteCommEvent: {
    returns: "boolean",
    params: ["string", "string"],
    optional: 0,
    help: "Sends a REMOTE_COMMUNICATION event to the event listeners that ask for it.",
    run: ({ listeners }, [type, data]) =>
      Effect.sync(() => {
        const [kind = "", body = ""] = [type, data].map((it) =>
          it === undefined ? "" : pythonText(it)
        )
        listeners.notify(remoteEvent(kind, body))
        return true
      })
  }
}

const encoder = new TextEncoder()

const clear = (
  { logs }: Bench,
  { spec }: ActualInstance,
  name: string
): Effect.Effect<void, RpcFault> =>
  Effect.forEach(
    spec.definition.logs.stderr === "stdout" ? (["stdout"] as const) : channels,
    (channel) =>
      logs.clear({ instance: spec.key, channel }).pipe(
        Effect.catchTag("SinkFailure", ({ errno }) =>
          // What never ran has nothing to clear.
          errno === "ENOENT" ? Effect.void : Effect.fail(fault("FAILED", name))
        )
      ),
    { discard: true }
  )

const channels = ["stdout", "stderr"] as const

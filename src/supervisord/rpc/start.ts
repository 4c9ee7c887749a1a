/**
 * A start for a client (supervisord.md 4.4): the command is looked at first, then the state, and nothing is touched where either
 * says no. Against `autostart=false` it holds until a stop, as a start by hand always does.
 */
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import { override, wanted } from "../../reconcile/byHand/Hands.ts"
import type { RpcFault } from "../Rpc.ts"
import { type Bench, who } from "./Bench.ts"
import { type Begin, type Begun, nothingLeft, onward } from "./begun.ts"
import { fault } from "./fault.ts"
import { isRunning } from "./processes.ts"

const checkMs = 15_000

export const beginStart: Begin = (bench, { spec }, name) => onward(bench, start(bench, spec, name))

const start = (bench: Bench, spec: InstanceSpec, name: string): Effect.Effect<Begun, RpcFault> =>
  Effect.gen(function* () {
    const { key } = spec
    const { supervisor } = bench.hands
    const gone = () => Effect.fail(fault("BAD_NAME", name))
    yield* checkCommand(bench, spec)
    const instance = yield* Effect.catchTag(supervisor.get(key), "NoSuchInstance", gone)
    const { spawnError, state } = instance
    if (isRunning(state)) return yield* fault("ALREADY_STARTED", name)
    if (state === "UNKNOWN") {
      return yield* fault("FAILED", `${name} is in an unknown process state`)
    }
    if (state === "STOPPING") return yield* stillStopping(instance, name, spawnError)
    const { auto } = instance.spec.definition.start
    supervisor.beginCommand([key])
    yield* override(bench.hands, instance, auto ? null : wanted("started"), who)
    yield* supervisor.start(key, { kind: "operator", who }, false).pipe(
      Effect.catchTags({
        NoSuchInstance: gone,
        StartFailure: ({ kind }) =>
          Effect.fail(fault(kind === "abnormal" ? "ABNORMAL_TERMINATION" : "SPAWN_ERROR", name))
      })
    )
    return (yield* Effect.catchTag(supervisor.get(key), "NoSuchInstance", gone)).state === "RUNNING"
      ? nothingLeft
      : { wait: untilUp(bench, key, name) }
  })

/** As supervisord: it says so, starts nothing, and those who wait for RUNNING are told at once. */
const stillStopping = (
  { spec }: ActualInstance,
  name: string,
  spawnError: string
): Effect.Effect<Begun, RpcFault> =>
  Effect.gen(function* () {
    yield* Effect.logWarning(`process '${spec.name}' already running`)
    if (spawnError !== "") return yield* fault("SPAWN_ERROR", name)
    return { wait: Effect.fail(fault("ABNORMAL_TERMINATION", name)) }
  })

/** What is wrong with the user, the directory or the limits is a failed spawn, and found there. */
const checkCommand = (bench: Bench, spec: InstanceSpec): Effect.Effect<void, RpcFault> =>
  bench.launcher.launch(spec, "check", null).pipe(
    Effect.asVoid,
    Effect.catchTag("LaunchRefused", ({ kind, text }) => {
      switch (kind) {
        case "noFile":
          return Effect.fail(fault("NO_FILE", text))
        case "notExecutable":
          return Effect.fail(fault("NOT_EXECUTABLE", text))
        case "spawn":
          return Effect.void
      }
    }),
    // A file system that hangs is told by the start itself.
    Effect.timeoutOrElse({ duration: checkMs, orElse: () => Effect.void })
  )

const untilUp = (
  { hands }: Bench,
  key: InstanceSpec["key"],
  name: string
): Effect.Effect<void, RpcFault> =>
  hands.supervisor
    .until(key, ({ state }) => state !== "STARTING")
    .pipe(
      Effect.catchTag("NoSuchInstance", () => Effect.fail(fault("ABNORMAL_TERMINATION", name))),
      Effect.flatMap(({ spawnError, state }) => {
        if (state === "RUNNING") return Effect.void
        return Effect.fail(fault(spawnError === "" ? "ABNORMAL_TERMINATION" : "SPAWN_ERROR", name))
      })
    )

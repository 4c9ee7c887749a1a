/**
 * A stop for a client: only of what is running in supervisord's sense. It is an override and holds until a start, also over a
 * crash of reeve; the stop itself always ends, at the latest with SIGKILL.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import { override, wanted } from "../../reconcile/byHand/Hands.ts"
import type { RpcFault } from "../Rpc.ts"
import { type Bench, who } from "./Bench.ts"
import { type Begin, type Begun, nothingLeft, onward } from "./begun.ts"
import { fault } from "./fault.ts"
import { isRunning, isStopped } from "./processes.ts"

export const beginStop: Begin = (bench, { spec }, name) =>
  onward(bench, stop(bench, spec.key, name))

const stop = (bench: Bench, key: InstanceKey, name: string): Effect.Effect<Begun, RpcFault> =>
  Effect.gen(function* () {
    const { supervisor } = bench.hands
    const gone = () => Effect.fail(fault("BAD_NAME", name))
    const instance = yield* Effect.catchTag(supervisor.get(key), "NoSuchInstance", gone)
    if (!isRunning(instance.state)) return yield* fault("NOT_RUNNING", name)
    supervisor.beginCommand([key])
    yield* override(bench.hands, instance, wanted("stopped"), who)
    // It waits for the end, and says what it waits for.
    const stopping = yield* Effect.forkIn(
      Effect.ignore(supervisor.stop(key, { kind: "operator", who })),
      bench.scope,
      { startImmediately: true }
    )
    const signalled = yield* supervisor
      .until(key, ({ state }) => !isRunning(state))
      .pipe(Effect.catchTag("NoSuchInstance", () => Effect.succeed(null)))
    yield* refused(signalled)
    if (signalled === null || isStopped(signalled.state)) return nothingLeft
    const wait = Fiber.join(stopping).pipe(
      Effect.andThen(supervisor.get(key)),
      Effect.catchTag("NoSuchInstance", () => Effect.succeed(null)),
      Effect.flatMap(refused)
    )
    return { wait }
  })

const refused = (instance: ActualInstance | null): Effect.Effect<void, RpcFault> => {
  if (instance?.state !== "UNKNOWN") return Effect.void
  const { reason, spec } = instance
  const text = reason?.kind === "signalFailed" ? reason.text : `cannot stop ${spec.name}`
  return Effect.fail(fault("FAILED", text))
}

/** Signals for clients. A signal is no stop: what it leads to is the program's own doing. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { signal as readSignal } from "../../core/ini/valueTypes.ts"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { RpcFault } from "../Rpc.ts"
import { type Bench, who } from "./Bench.ts"
import { fault } from "./fault.ts"
import { int, pythonText } from "./params.ts"
import { isSignallable } from "./processes.ts"
import { row } from "./rows.ts"

export const signalOne = (
  { hands }: Bench,
  { spec, state }: ActualInstance,
  name: string,
  signal: XmlRpcValue | undefined
): Effect.Effect<void, RpcFault> =>
  Effect.gen(function* () {
    const number = yield* numberOf(signal)
    if (!isSignallable(state)) return yield* fault("NOT_RUNNING", name)
    const origin = { kind: "operator", who } as const
    yield* hands.supervisor.signal(spec.key, number, "process", origin).pipe(
      Effect.catchTags({
        NoSuchInstance: () => Effect.fail(fault("BAD_NAME", name)),
        // It ended just now: for supervisord it was signalled.
        NotRunning: () => Effect.void,
        SignalRefused: ({ text }) => Effect.fail(fault("FAILED", text))
      })
    )
  })

/** Rows of those that can be signalled; no signal of that name is a row each. */
export const signalAll = (
  bench: Bench,
  instances: ReadonlyArray<ActualInstance>,
  signal: XmlRpcValue | undefined
): Effect.Effect<XmlRpcValue> =>
  Effect.forEach(
    instances.filter(({ state }) => isSignallable(state)),
    (instance) =>
      Effect.map(
        Effect.result(signalOne(bench, instance, instance.spec.address, signal)),
        (outcome) => row(instance, Result.isFailure(outcome) ? outcome.failure : null)
      )
  )

/** A name, or a number, as text or not. */
const numberOf = (signal: XmlRpcValue | undefined): Effect.Effect<number, RpcFault> =>
  Effect.gen(function* () {
    const written = typeof signal === "string" ? signal : String(yield* int(signal))
    const found = readSignal(written)
    if (Result.isSuccess(found)) return found.success
    return yield* fault("BAD_SIGNAL", signal === undefined ? undefined : pythonText(signal))
  })

/** One signal to one instance. A signal is no override: what it leads to is the program's own doing. */
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../../domain/Actual.ts"
import { signalNumber } from "../../domain/Signal.ts"
import type { Row } from "../Operator.ts"
import { type Hands, row } from "./Hands.ts"

export const signalOne = (
  { supervisor }: Hands,
  instance: ActualInstance,
  request: {
    readonly signal: string
    readonly scope: "process" | "group"
    readonly who: string
  }
): Effect.Effect<Row> => {
  const { scope, signal, who } = request
  const number = signalNumber(signal)
  const failed = (text: string) => Effect.succeed(row(instance, "failed", text))
  if (number === null) return failed(`there is no signal ${signal}`)
  return supervisor.signal(instance.spec.key, number, scope, { kind: "operator", who }).pipe(
    Effect.as(row(instance, "done", "signalled")),
    Effect.catchTags({
      NotRunning: () => failed("not running"),
      SignalRefused: ({ text }) => failed(text),
      NoSuchInstance: () => failed("it is no longer declared")
    })
  )
}

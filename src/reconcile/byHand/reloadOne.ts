/** The reload signal of one instance, whatever changed. */
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { Row } from "../Operator.ts"
import { type Hands, row } from "./Hands.ts"
import { signalOne } from "./signalOne.ts"

export const reloadOne = (
  hands: Hands,
  instance: ActualInstance,
  who: string
): Effect.Effect<Row> => {
  const { address, definition } = instance.spec
  const { reload } = definition
  if (reload === null) {
    const text = `it declares no \`reload\`: declare its signal, or use \`reeve restart ${address}\``
    return Effect.succeed(row(instance, "failed", text))
  }
  const { signal } = reload
  return Effect.map(signalOne(hands, instance, { signal, scope: "process", who }), (done) =>
    done.outcome === "done" ? { ...done, text: `told to read its files anew (${signal})` } : done
  )
}

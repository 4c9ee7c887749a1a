/** Tells instances that wait when what they wait for has changed; each looks for itself, in its own actor. */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { sameAwaited } from "../core/dependency/sameAwaited.ts"
import type { Dependents } from "./Dependents.ts"
import type { Instance } from "./Instance.ts"

/** Runs for ever. */
export const wakeWaiting = Effect.fnUntraced(function* (dependents: Dependents) {
  const signal = yield* Queue.sliding<null>(1)
  dependents.onWoken = () => void Queue.offerUnsafe(signal, null)
  dependents.onWoken()
  return yield* Queue.take(signal).pipe(
    Effect.andThen(
      Effect.suspend(() => {
        const changed = dependents.takeWoken().filter((it) => hasChanged(dependents, it))
        return Effect.forEach(changed, (it) => it.mailbox.offer({ kind: "opened" }), {
          concurrency: "unbounded",
          discard: true
        })
      })
    ),
    Effect.forever
  )
})

const hasChanged = (dependents: Dependents, instance: Instance): boolean => {
  const { closed, reason } = instance.machine
  return (
    !closed && reason?.kind === "waiting" && !sameAwaited(reason.on, dependents.awaitedBy(instance))
  )
}

import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Events } from "../events/Events.ts"
import { Reconciler } from "../reconcile/Reconciler.ts"
import type { OwnLog } from "./ownLog.ts"

/** reeve's own log follows what defineSupervisor says in the generation that was accepted last. */
export const followSettings = Effect.fnUntraced(function* (log: OwnLog) {
  const events = yield* Events
  const { settings } = yield* Reconciler
  const stream = yield* events.subscribe
  const look = Effect.map(settings, (known) => {
    if (known !== null) log.configure(known.log)
  })
  yield* look
  yield* Stream.runForEach(stream, (event) =>
    event.body.kind === "generation" ? look : Effect.void
  )
}, Effect.scoped)

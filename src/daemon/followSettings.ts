import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Events } from "../events/Events.ts"
import { Store } from "../store/Store.ts"
import type { OwnLog } from "./ownLog.ts"

/** reeve's own log follows what defineSupervisor says in the generation that was accepted last. */
export const followSettings = Effect.fnUntraced(function* (log: OwnLog) {
  const events = yield* Events
  const { generations } = yield* Store
  const stream = yield* events.subscribe
  const look = Effect.flatMap(generations.latest, (latest) =>
    Effect.sync(() => {
      if (latest !== null) log.configure(latest.content.supervisor.log)
    })
  ).pipe(Effect.ignore)
  yield* look
  yield* Stream.runForEach(stream, (event) =>
    event.body.kind === "generation" ? look : Effect.void
  )
}, Effect.scoped)

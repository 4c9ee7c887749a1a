/** While a request takes its time: the state changes that happen meanwhile, on standard error. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Client, ClientError } from "../api/client.ts"
import { localDateTime } from "../os/localTime.ts"
import { renderEvent } from "./render/events.ts"
import type { Style } from "./render/style.ts"

interface Shown {
  readonly style: Style
  readonly note: (text: string) => Effect.Effect<void>
}

/** Ends with the request; a broken event stream costs the progress, not the request. */
export const progressOf =
  (client: Client, shown: Shown) =>
  <A, E, R>(request: Effect.Effect<A, E | ClientError, R>) =>
    Effect.scoped(
      Effect.gen(function* () {
        yield* client
          .followEvents({ name: null, after: null, limit: null })
          .pipe(
            Effect.flatMap(
              Stream.runForEach((event) =>
                event.body.kind === "state"
                  ? shown.note(renderEvent(event, shown.style, localDateTime))
                  : Effect.void
              )
            ),
            Effect.ignore,
            Effect.forkScoped({ startImmediately: true })
          )
        return yield* request
      })
    )

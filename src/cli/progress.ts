/** While a request takes its time: what happens meanwhile, on standard error, in the words of the foreground. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Client, ClientError } from "../api/client.ts"
import { makeNarrator } from "../daemon/narrator.ts"
import type { Style } from "./render/style.ts"

interface Shown {
  readonly style: Style
  readonly note: (text: string) => Effect.Effect<void>
}

/** Ends with the request; a broken event stream costs the progress, not the request. */
export const progressOf =
  (client: Client, { note, style }: Shown) =>
  <A, E, R>(request: Effect.Effect<A, E | ClientError, R>) =>
    Effect.scoped(
      Effect.gen(function* () {
        const narrator = makeNarrator()
        yield* client.followEvents({ name: null, after: null, limit: null }).pipe(
          Effect.flatMap(
            Stream.runForEach(({ body }) => {
              const text = body.kind === "state" ? narrator.line(body, null) : null
              if (body.kind === "exit") narrator.line(body, null)
              return text === null ? Effect.void : note(style.dim(text))
            })
          ),
          Effect.ignore,
          Effect.forkScoped({ startImmediately: true })
        )
        return yield* request
      })
    )

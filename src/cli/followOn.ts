/** Following over the death of a daemon: where another one comes the command goes on with it, and says so. */
import * as Effect from "effect/Effect"
import type { ClientError } from "../api/client.ts"

/** `follow` is done again after each connection that broke; it has to know where it stands. An orderly end is the end. */
export const followOn = <R>(
  follow: Effect.Effect<void, ClientError, R>,
  note: (text: string) => Effect.Effect<void>
): Effect.Effect<void, ClientError, R> =>
  Effect.catchIf(
    follow,
    (error) =>
      error._tag === "ConnectionFailure" &&
      (error.errno === "ECONNRESET" || error.errno === "EPIPE"),
    () =>
      Effect.andThen(
        note("reeve: the daemon ended the connection; going on with the next one"),
        followOn(follow, note)
      )
  )

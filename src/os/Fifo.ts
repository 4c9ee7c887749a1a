/** Named pipes for the streams of process lives (design 9). Made in a private directory; owned by the program's user. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"

export class FifoFailure extends Data.TaggedError("FifoFailure")<{
  readonly path: string
  readonly errno: string
}> {}

export class Fifo extends Context.Service<
  Fifo,
  {
    /** `name` is unique ("SPAWNID.stdout"); gives the path. Mode 0600, owner as given (null: reeve's own). */
    readonly make: (
      name: string,
      owner: { readonly uid: number; readonly gid: number } | null
    ) => Effect.Effect<string, FifoFailure>
    /** Makes one a user's before anybody knows of it. */
    readonly give: (
      path: string,
      owner: { readonly uid: number; readonly gid: number }
    ) => Effect.Effect<void, FifoFailure>
    /** Nobody has tidied it up. */
    readonly isThere: (path: string) => Effect.Effect<boolean>
    /** Where a FIFO of that name is, or would be. */
    readonly pathOf: (name: string) => string
    /** Names of those that are there, in no order; of an earlier daemon too. */
    readonly list: Effect.Effect<ReadonlyArray<string>>
    /** Nothing waits in it, and nobody can write to it any more. False where it cannot be told. */
    readonly isOver: (path: string) => Effect.Effect<boolean>
    readonly remove: (path: string) => Effect.Effect<void>
    /** Non-blocking write for `stdin: "pipe"`; gives the number of bytes taken (0 when the pipe is full). */
    readonly write: (path: string, bytes: Uint8Array) => Effect.Effect<number, FifoFailure>
  }
>()("reeve/os/Fifo") {}

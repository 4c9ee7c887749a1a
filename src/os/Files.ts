/** The file system as reeve needs it. Failures carry the errno's name; nothing throws. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"

export class FileFailure extends Data.TaggedError("FileFailure")<{
  readonly path: string
  readonly errno: string
}> {
  override get message() {
    return `${this.path}: ${this.errno}`
  }
}

export interface FileFacts {
  readonly kind: "file" | "directory" | "link" | "fifo" | "socket" | "device" | "other"
  readonly size: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly links: number
  readonly inode: number
  readonly modifiedAt: number
}

export class Files extends Context.Service<
  Files,
  {
    /** Regular files only: what has no end, or waits for a writer, fails with "not a regular file" as its errno. */
    readonly read: (path: string) => Effect.Effect<Uint8Array, FileFailure>
    readonly readText: (path: string) => Effect.Effect<string, FileFailure>
    /** The first `length` bytes (for `#!` lines). */
    readonly head: (path: string, length: number) => Effect.Effect<Uint8Array, FileFailure>
    readonly stat: (path: string) => Effect.Effect<FileFacts, FileFailure>
    /** access(2) as the given user (null: as reeve), by mode bits and groups where that user is not us. */
    readonly canExecute: (
      path: string,
      as: { readonly uid: number; readonly groups: ReadonlyArray<number> } | null
    ) => Effect.Effect<boolean>
    readonly list: (path: string) => Effect.Effect<ReadonlyArray<string>, FileFailure>
    /** Python's glob.glob: `*`, `?`, `[…]`, no `**`, dot files not matched by `*`; sorted. */
    readonly glob: (pattern: string) => Effect.Effect<ReadonlyArray<string>>
    readonly realpath: (path: string) => Effect.Effect<string, FileFailure>
  }
>()("reeve/os/Files") {}

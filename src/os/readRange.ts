/** Pieces of a file by position, read from one open handle, so that a rotation meanwhile does not mix two files. */
import { constants, open } from "node:fs/promises"
import * as Effect from "effect/Effect"

export interface OpenFile {
  readonly size: number
  readonly inode: number
  /** Fewer bytes at the end of the file. */
  readonly read: (from: number, length: number) => Effect.Effect<Uint8Array>
}

/** Null when the file cannot be opened or is no regular file: for reading logs that is "nothing there". */
export const withOpenFile = <A>(
  path: string,
  use: (file: OpenFile) => Effect.Effect<A>
): Effect.Effect<A | null> =>
  Effect.acquireUseRelease(
    // Without blocking: a FIFO that nobody writes to would hold one of Node's few threads for ever.
    Effect.promise(() => open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null)),
    (handle) => {
      if (handle === null) return Effect.succeed(null)
      const read = (from: number, length: number) =>
        Effect.promise(async () => {
          const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, from)
          return buffer.subarray(0, bytesRead)
        })
      return Effect.flatMap(
        Effect.promise(() => handle.stat()),
        (stat) =>
          stat.isFile() ? use({ size: stat.size, inode: stat.ino, read }) : Effect.succeed(null)
      )
    },
    (handle) => Effect.promise(async () => handle?.close())
  )

/**
 * A file that is read while others write, rotate or empty it. It knows files by device and inode, never by name alone, and
 * never waits: what is no regular file cannot be opened.
 */
import { constants } from "node:fs"
import { type FileHandle, open, stat } from "node:fs/promises"
import * as Effect from "effect/Effect"

export interface FollowedFile {
  /** At most `length` bytes; empty at the end of the file, and when it cannot be read. */
  readonly read: (from: number, length: number) => Effect.Effect<Uint8Array>
  readonly size: Effect.Effect<number>
  /** The name belongs to another file now. False where it belongs to none. */
  readonly replaced: Effect.Effect<boolean>
  readonly close: Effect.Effect<void>
}

/** Null: there is no regular file of that name, or it cannot be read. */
export const openFollowed = (path: string): Effect.Effect<FollowedFile | null> =>
  Effect.promise(() => openRegular(path).catch(() => null))

/** Whether `openFollowed` would give a file. */
export const isRegularFile = (path: string): Effect.Effect<boolean> =>
  Effect.promise(() =>
    stat(path).then(
      (node) => node.isFile(),
      () => false
    )
  )

const openRegular = async (path: string): Promise<FollowedFile | null> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const node = await handle.stat()
  if (node.isFile()) return followed(path, handle, node)
  await handle.close()
  return null
}

const followed = (
  path: string,
  handle: FileHandle,
  node: { readonly dev: number; readonly ino: number }
): FollowedFile => ({
  read: (from, length) =>
    Effect.promise(() =>
      handle.read(new Uint8Array(length), 0, length, from).then(
        ({ bytesRead, buffer }) => buffer.subarray(0, bytesRead),
        () => new Uint8Array(0)
      )
    ),
  size: Effect.promise(() =>
    handle.stat().then(
      ({ size }) => size,
      () => 0
    )
  ),
  replaced: Effect.promise(() =>
    stat(path).then(
      ({ dev, ino }) => dev !== node.dev || ino !== node.ino,
      () => false
    )
  ),
  close: Effect.promise(() => handle.close().catch(() => undefined))
})

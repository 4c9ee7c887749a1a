/** Files on this machine, by Node's asynchronous calls: a slow file system makes only its caller wait. */
import type { Stats } from "node:fs"
import * as fs from "node:fs/promises"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { canExecute } from "./canExecute.ts"
import { errnoOf } from "./errnoOf.ts"
import { type FileFacts, FileFailure, Files } from "./Files.ts"
import { glob } from "./glob.ts"

export const FilesLive = Layer.sync(Files, () => ({
  read: (path: string) => attempt(path, () => readRegular(path)),
  readText: (path: string) => attempt(path, async () => (await readRegular(path)).toString("utf8")),
  head: (path: string, length: number) => attempt(path, () => head(path, length)),
  stat: (path: string) => attempt(path, async () => facts(await fs.stat(path))),
  canExecute: (
    path: string,
    as: { readonly uid: number; readonly groups: ReadonlyArray<number> } | null
  ) => Effect.promise(() => canExecute(path, as)),
  list: (path: string) => attempt(path, async () => (await fs.readdir(path)).sort()),
  glob: (pattern: string) => Effect.sync(() => glob(pattern)),
  realpath: (path: string) => attempt(path, () => fs.realpath(path))
}))

const attempt = <A>(path: string, act: () => Promise<A>): Effect.Effect<A, FileFailure> =>
  Effect.tryPromise({
    try: act,
    catch: (error) => new FileFailure({ path, errno: errnoOf(error) })
  })

/**
 * Files only. A FIFO that nobody writes to would hold one of Node's few threads for ever, and a device has no end. A
 * directory is told by its own errno.
 */
const readRegular = async (path: string): Promise<Buffer> => {
  const file = await openUnblocked(path)
  try {
    const stats = await file.stat()
    if (!stats.isFile() && !stats.isDirectory()) throw notRegular
    return await file.readFile()
  } finally {
    await file.close()
  }
}

const notRegular = Object.assign(new Error(), { code: "not a regular file" })

/** Waits for no writer, and takes no terminal for its own: the path may be anything. */
const openUnblocked = (path: string): Promise<fs.FileHandle> =>
  fs.open(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY)

const head = async (path: string, length: number): Promise<Uint8Array> => {
  const file = await openUnblocked(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const facts = (stats: Stats): FileFacts => ({
  kind: kindOf(stats),
  size: Number(stats.size),
  mode: Number(stats.mode) & 0o7777,
  uid: Number(stats.uid),
  gid: Number(stats.gid),
  links: Number(stats.nlink),
  inode: Number(stats.ino),
  modifiedAt: Number(stats.mtimeMs)
})

const kindOf = (stats: Stats): FileFacts["kind"] => {
  if (stats.isFile()) return "file"
  if (stats.isDirectory()) return "directory"
  if (stats.isSymbolicLink()) return "link"
  if (stats.isFIFO()) return "fifo"
  if (stats.isSocket()) return "socket"
  return stats.isBlockDevice() || stats.isCharacterDevice() ? "device" : "other"
}

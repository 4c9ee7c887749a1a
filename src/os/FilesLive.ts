/**
 * Files on this machine. Where a file system may be slow Node's asynchronous calls make only its caller wait; where all are local
 * the blocking ones are by far quicker.
 */
import * as blocking from "node:fs"
import * as fs from "node:fs/promises"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { canExecute } from "./canExecute.ts"
import { errnoOf } from "./errnoOf.ts"
import { type FileFacts, FileFailure, Files } from "./Files.ts"
import { glob } from "./glob.ts"
import { hasRemoteMounts } from "./remoteMounts.ts"

export const FilesLive = Layer.sync(Files, () => ({
  read: (path: string) => read(path),
  readText: (path: string) => Effect.map(read(path), (bytes) => bytes.toString("utf8")),
  head: (path: string, length: number) =>
    attempt(
      path,
      () => headNow(path, length),
      () => head(path, length)
    ),
  stat: (path: string) =>
    attempt(
      path,
      () => facts(blocking.statSync(path)),
      async () => facts(await fs.stat(path))
    ),
  canExecute: (
    path: string,
    as: { readonly uid: number; readonly groups: ReadonlyArray<number> } | null
  ) =>
    Effect.suspend(() => {
      const can = canExecute(path, as)
      return typeof can === "boolean" ? Effect.succeed(can) : Effect.promise(() => can)
    }),
  list: (path: string) => later(path, async () => (await fs.readdir(path)).sort()),
  glob: (pattern: string) => Effect.sync(() => glob(pattern)),
  realpath: (path: string) =>
    attempt(
      path,
      () => blocking.realpathSync(path),
      () => fs.realpath(path)
    )
}))

const attempt = <A>(
  path: string,
  now: () => A,
  act: () => Promise<A>
): Effect.Effect<A, FileFailure> =>
  Effect.suspend(() =>
    hasRemoteMounts()
      ? later(path, act)
      : Effect.try({ try: now, catch: (error) => failure(path, error) })
  )

const later = <A>(path: string, act: () => Promise<A>): Effect.Effect<A, FileFailure> =>
  Effect.tryPromise({ try: act, catch: (error) => failure(path, error) })

const failure = (path: string, error: unknown) => new FileFailure({ path, errno: errnoOf(error) })

/** A larger file is read in parts, and others have their turns between them. */
const READ_AT_ONCE_BYTES = 256 * 1024

const read = (path: string): Effect.Effect<Buffer, FileFailure> =>
  Effect.flatMap(
    attempt<Buffer | null>(
      path,
      () => readNow(path),
      () => readRegular(path)
    ),
    (bytes) => (bytes === null ? later(path, () => readRegular(path)) : Effect.succeed(bytes))
  )

/**
 * Files only. A FIFO that nobody writes to would hold one of Node's few threads for ever, and a device has no end. A
 * directory is told by its own errno.
 */
const readRegular = async (path: string): Promise<Buffer> => {
  const file = await fs.open(path, UNBLOCKED)
  try {
    checkRegular(await file.stat())
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** The same without waiting; null: it is large. */
const readNow = (path: string): Buffer | null =>
  withOpen(path, (fd) => {
    const stats = blocking.fstatSync(fd)
    checkRegular(stats)
    return stats.size > READ_AT_ONCE_BYTES ? null : blocking.readFileSync(fd)
  })

const checkRegular = (stats: blocking.Stats): void => {
  if (!stats.isFile() && !stats.isDirectory()) throw notRegular
}

const notRegular = Object.assign(new Error(), { code: "not a regular file" })

/** Waits for no writer, and takes no terminal for its own: the path may be anything. */
const UNBLOCKED =
  blocking.constants.O_RDONLY | blocking.constants.O_NONBLOCK | blocking.constants.O_NOCTTY

const head = async (path: string, length: number): Promise<Uint8Array> => {
  const file = await fs.open(path, UNBLOCKED)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const headNow = (path: string, length: number): Uint8Array =>
  withOpen(path, (fd) => {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, blocking.readSync(fd, bytes, 0, length, 0))
  })

const withOpen = <A>(path: string, use: (fd: number) => A): A => {
  const fd = blocking.openSync(path, UNBLOCKED)
  try {
    return use(fd)
  } finally {
    blocking.closeSync(fd)
  }
}

const facts = (stats: blocking.Stats): FileFacts => ({
  kind: kindOf(stats),
  size: Number(stats.size),
  mode: Number(stats.mode) & 0o7777,
  uid: Number(stats.uid),
  gid: Number(stats.gid),
  links: Number(stats.nlink),
  inode: Number(stats.ino),
  modifiedAt: Number(stats.mtimeMs)
})

const kindOf = (stats: blocking.Stats): FileFacts["kind"] => {
  if (stats.isFile()) return "file"
  if (stats.isDirectory()) return "directory"
  if (stats.isSymbolicLink()) return "link"
  if (stats.isFIFO()) return "fifo"
  if (stats.isSocket()) return "socket"
  return stats.isBlockDevice() || stats.isCharacterDevice() ? "device" : "other"
}

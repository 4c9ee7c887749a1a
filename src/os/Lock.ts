/**
 * One reeve per state directory: flock(2) on a file in it, which the kernel drops when its holder ends, however it ends. The
 * file also tells the holder's pid, for messages only; it is never removed, or two processes could hold two files of one name.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { errnoOf } from "./errnoOf.ts"
import * as libc from "./libc.ts"

/** Another process holds the lock; null: it did not (yet) write who it is. */
export class LockHeld extends Data.TaggedError("LockHeld")<{
  readonly path: string
  readonly holderPid: number | null
}> {}
export class LockFailure extends Data.TaggedError("LockFailure")<{
  readonly path: string
  readonly errno: string
}> {}

export const lockPath = (stateDirectory: string): string => join(stateDirectory, "lock")

/** Held until the scope closes. `pid`: who is to be named to others (the keeper). */
export const acquireLock = (
  stateDirectory: string,
  pid: number = process.pid
): Effect.Effect<void, LockHeld | LockFailure, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.suspend(() => {
        const taken = take(lockPath(stateDirectory), pid)
        return typeof taken === "number" ? Effect.succeed(taken) : Effect.fail(taken)
      }),
      (fd) => Effect.sync(() => libc.close(fd))
    )
  )

/** The pid that holder wrote, while the lock is held; "free" when nobody holds it. Takes nothing. */
export const lockHolder = (stateDirectory: string): number | null | "free" => {
  const path = lockPath(stateDirectory)
  const fd = libc.open(path, libc.O.RDONLY | libc.O.CLOEXEC | libc.O.NOFOLLOW)
  if (fd < 0) return "free"
  const result = libc.flock(fd, libc.LOCK_SH | libc.LOCK_NB)
  libc.close(fd)
  return result < 0 ? writtenPid(path) : "free"
}

const take = (path: string, pid: number): number | LockHeld | LockFailure => {
  const flags = libc.O.RDWR | libc.O.CREAT | libc.O.CLOEXEC | libc.O.NOFOLLOW
  const fd = libc.open(path, flags, 0o600)
  if (fd < 0) return new LockFailure({ path, errno: libc.errnoName(fd) })
  const result = libc.flock(fd, libc.LOCK_EX | libc.LOCK_NB)
  if (result < 0) {
    libc.close(fd)
    return libc.errnoName(result) === "EAGAIN"
      ? new LockHeld({ path, holderPid: writtenPid(path) })
      : new LockFailure({ path, errno: libc.errnoName(result) })
  }
  try {
    fs.ftruncateSync(fd)
    fs.writeSync(fd, `${pid}\n`, 0)
    return fd
  } catch (error) {
    libc.close(fd)
    return new LockFailure({ path, errno: errnoOf(error) })
  }
}

const writtenPid = (path: string): number | null => {
  try {
    const text = fs.readFileSync(path, "utf8").trim()
    return /^\d+$/.test(text) ? Number(text) : null
  } catch {
    return null
  }
}

/**
 * One reeve per state directory: flock(2) on a file in it, which the kernel drops when all its holders have ended, however they
 * end. The command takes it and the keeper and each of its daemons inherit it, so that it is free only when both are dead. The
 * file also tells who they are, the keeper's pid and then the daemon's, a line each; it is never removed, or two processes
 * could hold two files of one name.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { LOCK_FD } from "../core/keeperProtocol.ts"
import { errnoOf } from "./errnoOf.ts"
import * as libc from "./libc.ts"
import { processFacts } from "./procStat.ts"

/** Another process holds the lock; null: it did not (yet) write who it is. */
export class LockHeld extends Data.TaggedError("LockHeld")<{
  readonly path: string
  readonly holderPid: number | null
}> {}
export class LockFailure extends Data.TaggedError("LockFailure")<{
  readonly path: string
  readonly errno: string
}> {}

/** What the file says of those who hold the lock. */
export interface LockHolders {
  readonly keeper: number | null
  readonly daemon: number | null
  /** The keeper is dead, and the daemon lives on without one. */
  readonly orphaned: boolean
}

export const lockPath = (stateDirectory: string): string => join(stateDirectory, "lock")

/**
 * For a daemon: the lock that it inherited, or where there is none, one of its own. Held until the scope closes. `keeper`: who
 * is to be named to others; as daemon this process is.
 */
export const acquireLock = (
  stateDirectory: string,
  keeper: number = process.pid
): Effect.Effect<void, LockHeld | LockFailure, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.suspend(() => {
        const path = lockPath(stateDirectory)
        const taken = inheritedLock(path) ?? take(path)
        return orFail(typeof taken === "number" ? sign(path, taken, keeper, process.pid) : taken)
      }),
      (fd) => Effect.sync(() => libc.close(fd))
    )
  )

/** For a command that becomes or starts a keeper: the descriptor, close-on-exec. The keeper is named as this process. */
export const takeLock = (stateDirectory: string): Effect.Effect<number, LockHeld | LockFailure> =>
  Effect.suspend(() => {
    const path = lockPath(stateDirectory)
    const taken = take(path)
    return orFail(typeof taken === "number" ? sign(path, taken, process.pid, null) : taken)
  }).pipe(
    // Whoever only looks has it for a moment, too.
    Effect.retry({ schedule: lookPause, times: 3, while: ({ _tag }) => _tag === "LockHeld" })
  )

/**
 * The turn to take over a daemon without keeper: one command at a time, until its scope closes. It is a lock of its own, since
 * that daemon has the other one.
 */
export const turnToTakeOver = (
  stateDirectory: string
): Effect.Effect<void, LockHeld | LockFailure, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.suspend(() => orFail(take(join(stateDirectory, "takeover")))),
      (fd) => Effect.sync(() => libc.close(fd))
    )
  )

/** Who holds the lock; "free" when nobody does. Takes nothing. */
export const lockHolder = (stateDirectory: string): LockHolders | "free" => {
  const path = lockPath(stateDirectory)
  const fd = libc.open(path, libc.O.RDONLY | libc.O.CLOEXEC | libc.O.NOFOLLOW)
  if (fd < 0) return "free"
  const result = libc.flock(fd, libc.LOCK_SH | libc.LOCK_NB)
  libc.close(fd)
  return result < 0 ? written(path) : "free"
}

const lookPause = Schedule.spaced("20 millis")

const orFail = (taken: number | LockHeld | LockFailure) =>
  typeof taken === "number" ? Effect.succeed(taken) : Effect.fail(taken)

const take = (path: string): number | LockHeld | LockFailure => {
  const flags = libc.O.RDWR | libc.O.CREAT | libc.O.CLOEXEC | libc.O.NOFOLLOW
  const fd = libc.open(path, flags, 0o600)
  return fd < 0 ? new LockFailure({ path, errno: libc.errnoName(fd) }) : lock(path, fd)
}

/** Null: none was handed on, or it is of another file. */
const inheritedLock = (path: string): number | LockHeld | LockFailure | null => {
  if (!isSameFile(`/proc/self/fd/${LOCK_FD}`, path)) return null
  libc.fcntl(LOCK_FD, libc.F_SETFD, libc.FD_CLOEXEC)
  // Locks belong to what is inherited: this takes nothing new unless nobody had it.
  return lock(path, LOCK_FD)
}

const lock = (path: string, fd: number): number | LockHeld | LockFailure => {
  const result = libc.flock(fd, libc.LOCK_EX | libc.LOCK_NB)
  if (result >= 0) return fd
  libc.close(fd)
  if (libc.errnoName(result) !== "EAGAIN") {
    return new LockFailure({ path, errno: libc.errnoName(result) })
  }
  const { daemon, keeper } = written(path)
  return new LockHeld({ path, holderPid: keeper ?? daemon })
}

const sign = (
  path: string,
  fd: number,
  keeper: number,
  daemon: number | null
): number | LockFailure => {
  try {
    fs.ftruncateSync(fd)
    fs.writeSync(fd, daemon === null ? `${keeper}\n` : `${keeper}\n${daemon}\n`, 0)
    return fd
  } catch (error) {
    libc.close(fd)
    return new LockFailure({ path, errno: errnoOf(error) })
  }
}

const written = (path: string): LockHolders => {
  const [keeper, daemon] = pidsIn(path)
  return {
    keeper: keeper ?? null,
    daemon: daemon ?? null,
    orphaned: daemon !== undefined && isOrphaned(path, keeper, daemon)
  }
}

/** Pids are used again: the daemon is the one that has the file open, and its keeper is its parent. */
const isOrphaned = (path: string, keeper: number | undefined, daemon: number): boolean => {
  const facts = processFacts(daemon)
  return facts !== null && keeper !== daemon && facts.parent !== keeper && hasOpen(daemon, path)
}

const hasOpen = (pid: number, path: string): boolean => {
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).some((fd) => isSameFile(`/proc/${pid}/fd/${fd}`, path))
  } catch {
    return false
  }
}

const isSameFile = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((path) => fs.statSync(path, { throwIfNoEntry: false }))
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}

const pidsIn = (path: string): ReadonlyArray<number> => {
  try {
    const lines = fs.readFileSync(path, "utf8").trim().split("\n")
    return lines.every((line) => /^\d+$/.test(line)) ? lines.map(Number) : []
  } catch {
    return []
  }
}

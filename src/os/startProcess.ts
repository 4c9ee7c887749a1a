/**
 * posix_spawn(3) with what every program gets: a session of its own, default signals, an empty signal mask, and the
 * descriptors that are named. Everything else of this process is close-on-exec (`closeOnExecAll` for what was inherited).
 * Synchronous: it returns when the child has executed the file, or with the errno of what failed.
 */
import { readdirSync, statSync } from "node:fs"
import * as libc from "./libc.ts"
import { startOpenFiles } from "./startOpenFiles.ts"

export interface ProcessStart {
  /** Absolute, or relative to `directory`. */
  readonly file: string
  readonly argv: ReadonlyArray<string>
  /** `NAME=value` */
  readonly environment: ReadonlyArray<string>
  readonly directory: string | null
  /** Descriptors of this process that become 0, 1, 2 and so on; null: that one is closed. */
  readonly descriptors: ReadonlyArray<number | null>
}

/** The pid, or a negated errno. */
export const startProcess = (start: ProcessStart): number => {
  const actions = Buffer.alloc(libc.SPAWN_ACTIONS_BYTES)
  const failed = libc.spawnActionsInit(actions)
  if (failed !== 0) return -failed
  const copies: Array<number> = []
  try {
    const placed = place(actions, start.descriptors, copies)
    if (placed < 0) return placed
    if (start.directory !== null) {
      const errno = libc.spawnActionsChdir(actions, start.directory)
      if (errno !== 0) return -errno
    }
    const pid = Buffer.alloc(4)
    const errno = libc.posixSpawn(
      pid,
      start.file,
      actions,
      attributes(),
      [...start.argv, null],
      [...start.environment, null]
    )
    return errno === 0 ? pid.readInt32LE(0) : -errno
  } finally {
    libc.spawnActionsDestroy(actions)
    for (const fd of copies) libc.close(fd)
  }
}

/** One that lies where another is to be is copied out of the way first, or it would be overwritten before its turn. */
const place = (
  actions: Buffer,
  descriptors: ReadonlyArray<number | null>,
  copies: Array<number>
): number => {
  const { length } = descriptors
  for (const [target, source] of descriptors.entries()) {
    if (source === null) continue
    const free = source < length ? libc.fcntl(source, libc.F_DUPFD_CLOEXEC, length) : source
    if (free < 0) return free
    if (free !== source) copies.push(free)
    const errno = libc.spawnActionsDup2(actions, free, target)
    if (errno !== 0) return -errno
  }
  return 0
}

let prepared: Buffer | undefined

const attributes = (): Buffer => {
  if (prepared !== undefined) return prepared
  const buffer = Buffer.alloc(libc.SPAWN_ATTRIBUTES_BYTES)
  // Not by sigfillset, which leaves out the two signals that the C library uses itself: those would then be ignored.
  const all = Buffer.alloc(libc.SIGNAL_SET_BYTES, 0xff)
  const none = Buffer.alloc(libc.SIGNAL_SET_BYTES)
  libc.sigemptyset(none)
  libc.spawnAttributesInit(buffer)
  libc.spawnAttributesFlags(
    buffer,
    libc.POSIX_SPAWN_SETSID | libc.POSIX_SPAWN_SETSIGDEF | libc.POSIX_SPAWN_SETSIGMASK
  )
  libc.spawnAttributesDefaults(buffer, all)
  libc.spawnAttributesMask(buffer, none)
  prepared = buffer
  return buffer
}

/** Free numbers that other threads of this process may need during one posix_spawn: far more than they ever open. */
const MARGIN = 256

/**
 * How a program gets the limit of open files that reeve was started with. "asIs": it is the present one. "window": this
 * process takes it for the time of the posix_spawn, which costs two calls; other threads could then fail with EMFILE only
 * where all numbers below it are taken, hence the margin. "prlimit": too many of them are, so the exec chain sets it (a
 * millisecond more).
 */
export const openFilesMethod = (): "asIs" | "window" | "prlimit" => {
  const now = libc.prlimit(0, libc.RLIMIT.NOFILE)
  const limit = startOpenFiles()
  if (typeof now === "number" || now.soft === limit) return "asIs"
  return BigInt(takenBelow(limit) + MARGIN) <= limit ? "window" : "prlimit"
}

/** Runs `act` with the soft limit of open files that reeve was started with. */
export const withStartOpenFiles = <A>(act: () => A): A => {
  const now = libc.prlimit(0, libc.RLIMIT.NOFILE)
  if (typeof now === "number") return act()
  libc.prlimit(0, libc.RLIMIT.NOFILE, { soft: startOpenFiles(), hard: now.hard })
  try {
    return act()
  } finally {
    libc.prlimit(0, libc.RLIMIT.NOFILE, now)
  }
}

/** After so many more descriptors, or so many starts, it is looked again which numbers they have. */
const UNSEEN = MARGIN / 4
let seen = { all: 0, below: 0, starts: 0 }

/** Descriptors below the limit, or a few more; what stays open long is above it (moveUp). */
const takenBelow = (limit: bigint): number => {
  const all = openDescriptors()
  if (BigInt(all + MARGIN) <= limit) return all
  seen.starts += 1
  if (Math.abs(all - seen.all) > UNSEEN || seen.starts > UNSEEN) {
    const below = readdirSync("/proc/self/fd").filter((fd) => BigInt(fd) < limit).length
    seen = { all, below, starts: 0 }
  }
  return seen.below + Math.max(0, all - seen.all)
}

const openDescriptors = (): number => {
  // From Linux 6.2 on the directory's size is their number.
  const { size } = statSync("/proc/self/fd")
  return size > 0 ? size : readdirSync("/proc/self/fd").length
}

/**
 * Whether the kernel killed a process for lack of memory. It is known only where the kernel's log may be read and counts pids as
 * this process does: as root, in no container. Elsewhere nothing is said rather than guessed.
 */
import { closeSync, constants, openSync, readFileSync, readlinkSync, readSync } from "node:fs"
import { constants as osConstants } from "node:os"
import { killedPid } from "../core/memoryKill.ts"
import { errnoOf } from "./errnoOf.ts"
import * as libc from "./libc.ts"
import { monotonicMs } from "./threadClock.ts"

/** The initial namespace of pids, by the kernel's constant number of it. */
const INITIAL = "pid:[4026531836]"

/** Records that are looked at: more than the log holds by default, which takes some ten milliseconds. */
const RECORDS = 20_000

/** How long a kill is remembered of which no end was heard: by far longer than a killed process takes to end. */
const REMEMBERED_MS = 60_000

/** The kernel gives one at a time, none longer than this. */
const buffer = Buffer.alloc(8192)

/**
 * Kills for memory since boot. To read the count costs the end of a process much, and to read the log more: both are done only
 * where the kernel has said anything since the last time.
 */
const killsSoFar = (): number => {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync("/proc/vmstat", "latin1"))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Asks whether a process that ended by SIGKILL just now was killed for memory, after this was made. */
export const makeKilledForMemory = (): ((pid: number) => boolean) => {
  const hasNews = makeHasNews()
  if (hasNews === null) return () => false
  let kills = killsSoFar()
  /** Who was killed, and when that was read. */
  const told = new Map<number, number>()
  return (pid) => {
    const now = monotonicMs()
    for (const [killed, at] of told) if (now - at > REMEMBERED_MS) told.delete(killed)
    if (!hasNews()) return told.delete(pid)
    const before = kills
    kills = killsSoFar()
    if (kills > before) {
      for (const killed of killsInLog().slice(before - kills)) told.set(killed, now)
    }
    return told.delete(pid)
  }
}

/** Whether the kernel's log has grown since it was asked last; null: it tells nothing here. */
const makeHasNews = (): (() => boolean) | null => {
  if (!isInitialNamespace()) return null
  const log = libc.open("/dev/kmsg", libc.O.RDONLY | libc.O.NONBLOCK | libc.O.CLOEXEC)
  if (log < 0) return null
  const end = () => libc.lseek(log, 0, libc.SEEK_END)
  end()
  return () => {
    if (libc.readInto(log, buffer, buffer.length) === -osConstants.errno.EAGAIN) return false
    end()
    return true
  }
}

const isInitialNamespace = (): boolean => {
  try {
    return readlinkSync("/proc/self/ns/pid") === INITIAL
  } catch {
    return false
  }
}

/** In the order of time. */
const killsInLog = (): ReadonlyArray<number> => {
  const found: Array<number> = []
  let log: number | null = null
  try {
    log = openSync("/dev/kmsg", constants.O_RDONLY | constants.O_NONBLOCK)
    for (let left = RECORDS; left > 0; left -= 1) {
      const record = nextRecord(log)
      if (record === null) break
      const pid = killedPid(record)
      if (pid !== null) found.push(pid)
    }
  } catch {
    // It may not be read.
  } finally {
    if (log !== null) closeSync(log)
  }
  return found
}

/** Null: there are no more. One that was overwritten before it was read is empty. */
const nextRecord = (log: number): string | null => {
  try {
    return buffer.toString("latin1", 0, readSync(log, buffer))
  } catch (error) {
    return errnoOf(error) === "EPIPE" ? "" : null
  }
}

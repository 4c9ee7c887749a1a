/**
 * Which process the kernel prefers: the niceness of each of its threads (sched(7)) and its oom_score_adj (proc(5)). A child
 * inherits both from the thread that starts it. Failures are names of errnos ("EACCES", "ESRCH").
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { errnoOf } from "./errnoOf.ts"
import * as libc from "./libc.ts"

/** Of one thread; 0: the calling one. */
export const niceOf = (thread: number): number | string => {
  const found = libc.getpriority(thread)
  return found < 0 ? libc.errnoName(found) : 20 - found
}

export const setNice = (thread: number, nice: number): string | null => {
  const result = libc.setpriority(libc.PRIO_PROCESS, thread, nice)
  return result < 0 ? libc.errnoName(result) : null
}

/** A process's threads by their numbers, its first one among them. Empty: it is gone. */
export const threadsOf = (pid: number): ReadonlyArray<number> => {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}

export const oomScoreAdjustOf = (pid: number | "self"): number | string => {
  try {
    return Number(readFileSync(`/proc/${pid}/oom_score_adj`, "utf8"))
  } catch (error) {
    return goneOr(errnoOf(error))
  }
}

export const setOomScoreAdjust = (pid: number | "self", value: number): string | null => {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(value))
    return null
  } catch (error) {
    return goneOr(errnoOf(error))
  }
}

/** A process without an entry is gone. */
const goneOr = (errno: string): string => (errno === "ENOENT" ? "ESRCH" : errno)

/** What a program gets that declares none. */
export const ownNice = (): number => orZero(niceOf(0))

export const ownOomScoreAdjust = (): number => orZero(oomScoreAdjustOf("self"))

/** Where it cannot be read (no /proc) the usual. */
const orZero = (found: number | string): number => (typeof found === "number" ? found : 0)

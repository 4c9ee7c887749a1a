/**
 * Waits for the end of processes that are nobody's children here, however many: their pidfds are in one epoll set, and a
 * thread blocks on it from the first one on. Not a call in Node's pool: one that blocks there keeps the process from
 * ending, and cannot be left safely when it ends. What is told is a hint, never the end itself.
 */
import { entryPath } from "./Entries.ts"
import * as libc from "./libc.ts"
import { startWorkerThread, type WorkerThread } from "./WorkerThread.ts"

export interface PidfdThreadData {
  readonly epoll: number
}
/** Pids. */
export type Ended = ReadonlyArray<number>
export type Stop = "stop"

export interface PidfdWatch {
  /** False: this one cannot be waited for. */
  readonly add: (pid: number, pidfd: number) => boolean
  /** False: nothing is waited for (any more), as the thread failed. */
  readonly works: () => boolean
  readonly close: () => void
}

interface Waiting {
  readonly epoll: number
  readonly thread: WorkerThread<Stop>
}

/** `onFailed`: from now on nothing is told. */
export const watchPidfds = (options: {
  readonly onEnded: (pids: Ended) => void
  readonly onFailed: () => void
}): PidfdWatch => {
  let waiting: Waiting | "notYet" | "failed" = "notYet"
  let closed = false
  const begin = (): Waiting | "failed" => {
    const epoll = libc.epollCreate(libc.EPOLL_CLOEXEC)
    if (epoll < 0) return "failed"
    try {
      const thread: WorkerThread<Stop> = startWorkerThread<Stop, Ended, PidfdThreadData>({
        entry: entryPath("pidfds"),
        data: { epoll },
        onMessage: (pids) => {
          if (!closed) options.onEnded(pids)
        },
        onExit: () => {
          thread.dispose()
          libc.close(epoll)
          if (closed) return
          waiting = "failed"
          options.onFailed()
        }
      })
      return { epoll, thread }
    } catch {
      libc.close(epoll)
      return "failed"
    }
  }
  return {
    add: (pid, pidfd) => {
      if (waiting === "notYet") waiting = begin()
      return waiting !== "failed" && addTo(waiting.epoll, pid, pidfd)
    },
    works: () => waiting !== "failed",
    close: () => {
      closed = true
      if (typeof waiting === "object") waiting.thread.post("stop")
      waiting = "failed"
    }
  }
}

const addTo = (epoll: number, pid: number, pidfd: number): boolean => {
  const event = Buffer.alloc(libc.EPOLL_EVENT.bytes)
  event.writeUInt32LE((libc.EPOLLIN | libc.EPOLLONESHOT) >>> 0, 0)
  event.writeUInt32LE(pid, libc.EPOLL_EVENT.dataAt)
  return libc.epollControl(epoll, libc.EPOLL_CTL_ADD, pidfd, event) >= 0
}

/** Ended children of this process, as the kernel keeps them until they are reaped (waitid(2)). */
import { constants } from "node:os"
import type { KeptExit } from "../core/keeperProtocol.ts"
import * as libc from "./libc.ts"
import { startTicksOf } from "./procStat.ts"

const looking = libc.WEXITED | libc.WNOHANG | libc.WNOWAIT

/** The oldest one, whoever it is; it hides the others. */
export const oldestExit = (): KeptExit | null => exitAt(libc.P_ALL, 0, looking)

/** That child has ended, and is not reaped. */
export const hasEnded = (pid: number): boolean => exitAt(libc.P_PID, pid, looking) !== null

/** Null: that child still runs, or is none. */
export const reap = (pid: number): KeptExit | null =>
  exitAt(libc.P_PID, pid, libc.WEXITED | libc.WNOHANG)

export const reapAll = (): void => {
  for (let exit = oldestExit(); exit !== null; exit = oldestExit()) reap(exit.pid)
}

const exitAt = (kind: number, id: number, options: number): KeptExit | null => {
  const info = Buffer.alloc(128)
  const failed = libc.waitid(kind, id, info, options) < 0
  const pid = info.readInt32LE(16)
  if (failed || pid === 0) return null
  const startTicks = startTicksOf(pid) ?? 0
  return { pid, startTicks, code: info.readInt32LE(8), status: info.readInt32LE(24) }
}

const CLD_EXITED = 1

export interface Ended {
  /** Null: a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  /** "with status 1", "by SIGKILL" */
  readonly text: string
}

export const endedBy = ({ code, status }: KeptExit): Ended => {
  if (code === CLD_EXITED) return { code: status, signal: null, text: `with status ${status}` }
  const [signal] = Object.entries(constants.signals).find(([, number]) => number === status) ?? []
  return { code: null, signal: signal ?? null, text: `by ${signal ?? `signal ${status}`}` }
}

/** What a pidfd tells of its process: whether it has ended, and how; and signals that reach this process or none. */
import { constants } from "node:os"
import type { ExitStatus } from "../domain/State.ts"
import type { Adopted } from "./adopted.ts"
import { exitStatusOfWait } from "./exitStatus.ts"
import * as libc from "./libc.ts"
import { isGone, processStat, startTicksOf, zombieStatus } from "./procStat.ts"

/**
 * "settling": it has ended, but how is not to be seen before its parent has reaped it. "unknown" is an answer for good.
 * All threads must have ended: a leader that ends before its other threads is a zombie of a living process.
 */
export const endOf = (adopted: Adopted): ExitStatus | "lives" | "settling" => {
  const { pid, pidfd, startTicks } = adopted
  if (pidfd === null) {
    const facts = processStat(pid)
    const isThere = facts === null ? !isGone(pid) : facts.startTicks === startTicks
    if (isThere && facts?.state !== "Z") return "lives"
  } else if (!hasEnded(pidfd)) return "lives"
  const status = zombieStatus(pid, startTicks)
  if (status !== null) return exitStatusOfWait(status)
  return pidfd === null ? { kind: "unknown" } : toldStatus(pidfd)
}

const hasEnded = (pidfd: number): boolean => libc.isReady(pidfd, libc.POLLIN, 0)

const toldStatus = (pidfd: number): ExitStatus | "settling" => {
  const info = Buffer.alloc(64)
  info.writeBigUInt64LE(BigInt(libc.PIDFD_INFO_EXIT), 0)
  const result = libc.ioctl(pidfd, libc.PIDFD_GET_INFO, info)
  if (result >= 0) {
    const told = (info.readUInt32LE(0) & libc.PIDFD_INFO_EXIT) !== 0
    return told ? exitStatusOfWait(info.readInt32LE(60)) : "settling"
  }
  // ESRCH: Linux 6.13 and 6.14 know the call but not how a process ended; ENOTTY: older ones.
  return { kind: "unknown" }
}

/** 0, or a negated errno. `scope` "group": the process group that it leads. */
export const signalAdopted = (
  adopted: Adopted,
  signal: number,
  scope: "process" | "group"
): number => {
  const { pid, pidfd, startTicks } = adopted
  if (pidfd !== null) {
    const flags = scope === "group" ? libc.PIDFD_SIGNAL_PROCESS_GROUP : 0
    const result = libc.pidfdSendSignal(pidfd, signal, flags)
    if (!isRefusedCall(result)) return result
  }
  return startTicksOf(pid) === startTicks
    ? libc.kill(scope === "group" ? -pid : pid, signal)
    : -constants.errno.ESRCH
}

/** The kernel has no such call, or no such flag. */
const isRefusedCall = (result: number): boolean =>
  result < 0 && ["EINVAL", "ENOSYS"].includes(libc.errnoName(result))

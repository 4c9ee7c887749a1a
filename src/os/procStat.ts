/** Reads processes from /proc (proc_pid_stat(5)), synchronously and without Effect: the keeper uses it too. */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from "node:fs"
import { constants } from "node:os"
import { errnoOf } from "./errnoOf.ts"
import * as libc from "./libc.ts"
import type { ProcessFacts } from "./Proc.ts"

/** Null: no such process. `command` is its command line, or its name in brackets where it has none (zombies). */
export const processFacts = (pid: number): ProcessFacts | null => withCommand(processStat(pid))

/** All processes that can be seen, by pid. */
export const allProcesses = (): ReadonlyArray<ProcessFacts> =>
  processStats(() => false).flatMap((facts) => withCommand(facts) ?? [])

/** All but those with a `known` pid, which are not looked at; `command` is empty. */
export const processStats = (known: (pid: number) => boolean): ReadonlyArray<ProcessFacts> =>
  readdirSync("/proc").flatMap((entry) => {
    const pid = /^\d+$/.test(entry) ? Number(entry) : null
    return pid === null || known(pid) ? [] : (processStat(pid) ?? [])
  })

/** As `processFacts`, with an empty `command`. */
export const processStat = (pid: number): ProcessFacts | null => {
  const stat = readStat(pid)
  if (stat === null) return null
  // The name is in parentheses and may hold any character, so the fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return {
    pid,
    state: fields[0] ?? "?",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
    command: ""
  }
}

/** Adds the command; null when the process is gone by now. */
export const withCommand = (facts: ProcessFacts | null): ProcessFacts | null => {
  if (facts === null) return null
  const words = (readOrNull(`/proc/${facts.pid}/cmdline`) ?? "")
    .replace(/\0+$/, "")
    .replaceAll("\0", " ")
  if (words !== "") return { ...facts, command: words }
  const stat = readOrNull(`/proc/${facts.pid}/stat`)
  if (stat === null) return null
  return { ...facts, command: `[${stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"))}]` }
}

/** True where no process has the number; asked without /proc, which cannot be read when no descriptor is left. */
export const isGone = (pid: number): boolean => libc.kill(pid, 0) === -constants.errno.ESRCH

/** Field 22 alone: with the pid and the boot id it names a process for ever. Null: no such process. */
export const startTicksOf = (pid: number): number | null => {
  const stat = readStat(pid)
  if (stat === null) return null
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19])
}

/** Field 24: pages of memory that are resident; 0 for a process that has ended, or whose number is another's. */
export const residentPages = (pid: number, startTicks: number): number => {
  const stat = readStat(pid)
  if (stat === null) return 0
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return Number(fields[19]) === startTicks ? Number(fields[21]) : 0
}

/**
 * The wait status of a process that ended and that nobody reaped yet, as far as this process may see it. Null: it may not, or
 * there is no such zombie.
 */
export const zombieStatus = (pid: number, startTicks: number): number | null => {
  const stat = readStat(pid)
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  if (fields[0] !== "Z" || Number(fields[19]) !== startTicks) return null
  const status = Number(fields[49])
  // 0 stands for "may not see" too; the kernel asks for the same right before it says that a zombie has no executable.
  return status !== 0 || whyNoLink(`/proc/${pid}/exe`) === "ENOENT" ? status : null
}

const whyNoLink = (path: string): string | null => {
  try {
    readlinkSync(path)
    return null
  } catch (error) {
    return errnoOf(error)
  }
}

/** The environment that a process was started with, as `NAME=value`; null where it may not be read. */
export const environmentOf = (pid: number): ReadonlyArray<string> | null =>
  readOrNull(`/proc/${pid}/environ`)?.split("\0") ?? null

/** The kernel writes it in one go, far below this length. Its bytes are not taken for UTF-8: only numbers are read of it. */
const statBuffer = Buffer.alloc(4096)

const readStat = (pid: number): string | null => {
  let file: number | null = null
  try {
    file = openSync(`/proc/${pid}/stat`, "r")
    return statBuffer.toString("latin1", 0, readSync(file, statBuffer))
  } catch {
    return null
  } finally {
    if (file !== null) closeSync(file)
  }
}

const readOrNull = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return null
  }
}

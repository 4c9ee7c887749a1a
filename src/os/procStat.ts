/** Reads processes from /proc (proc_pid_stat(5)), synchronously and without Effect: the keeper uses it too. */
import { readdirSync, readFileSync } from "node:fs"
import type { ProcessFacts } from "./Proc.ts"

/** Null: no such process. `command` is its command line, or its name in brackets where it has none (zombies). */
export const processFacts = (pid: number): ProcessFacts | null => {
  const stat = readOrNull(`/proc/${pid}/stat`)
  if (stat === null) return null
  // The name is in parentheses and may hold any character, so the fields are counted from the last one.
  const end = stat.lastIndexOf(")")
  const fields = stat.slice(end + 2).split(" ")
  const name = stat.slice(stat.indexOf("(") + 1, end)
  const line = readOrNull(`/proc/${pid}/cmdline`) ?? ""
  const words = line.replace(/\0+$/, "").replaceAll("\0", " ")
  return {
    pid,
    state: fields[0] ?? "?",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
    command: words === "" ? `[${name}]` : words
  }
}

/** All processes that can be seen, by pid. */
export const allProcesses = (): ReadonlyArray<ProcessFacts> =>
  readdirSync("/proc").flatMap((entry) => {
    const facts = /^\d+$/.test(entry) ? processFacts(Number(entry)) : null
    return facts === null ? [] : [facts]
  })

/** Field 22 alone: with the pid and the boot id it names a process for ever. Null: no such process. */
export const startTicksOf = (pid: number): number | null => {
  const stat = readOrNull(`/proc/${pid}/stat`)
  if (stat === null) return null
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19])
}

/** The environment that a process was started with, as `NAME=value`; null where it may not be read. */
export const environmentOf = (pid: number): ReadonlyArray<string> | null =>
  readOrNull(`/proc/${pid}/environ`)?.split("\0") ?? null

const readOrNull = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return null
  }
}

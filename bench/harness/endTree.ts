/** Who is left of a measurement, wherever it hangs in the tree of processes: found by its mark in /proc, which only Linux has. */
import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { errnoOf } from "../../src/os/errnoOf.ts"
import { markName } from "./marked.ts"

const attempts = 500
const everyMs = 10

/** Pids of all processes that are marked with the site and are no zombies. */
export const survivors = (directory: string): ReadonlyArray<number> => look(directory).marked

/** Kills them all, and those that come meanwhile. Never fails: what cannot be killed is told by `survivors`. */
export const endTree = async (directory: string): Promise<void> => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { marked, hidden } = look(directory)
    if (marked.length === 0 && hidden === 0) return
    for (const pid of marked) kill(pid)
    await pause(everyMs)
  }
}

/** `hidden`: how many have no mark to be seen now and may have one, see `hidesItsMark`. */
const look = (
  directory: string
): { readonly marked: ReadonlyArray<number>; readonly hidden: number } => {
  const mark = `\0${markName}=${directory}\0`
  const marked: Array<number> = []
  let hidden = 0
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry)
    if (!Number.isInteger(pid)) continue
    const environment = environmentOf(pid)
    if (environment === "") hidden += hidesItsMark(pid) ? 1 : 0
    else if (`\0${environment}`.includes(mark)) marked.push(pid)
  }
  return { marked, hidden }
}

/** Of one that may not be looked at, and so is none of the bench's: null. */
const environmentOf = (pid: number): string | null => {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8")
  } catch (error) {
    return ["EACCES", "EPERM"].includes(errnoOf(error)) ? null : ""
  }
}

/** PF_KTHREAD (include/linux/sched.h). */
const kernelThread = 0x20_0000

/** It is in the middle of execve(2), or of its end: a thread may still write what its ended main thread has begun. */
const hidesItsMark = (pid: number): boolean => {
  const stat = textOf(`/proc/${pid}/stat`)
  const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  if (stat === "" || (Number(fields[5]) & kernelThread) !== 0) return false
  return !"ZX".includes(state) || tasksOf(pid).length > 1
}

/** Resolves when none of these processes runs any more; a zombie does not. Looks at one at a time, as looking costs. */
export const untilGone = async (pids: ReadonlyArray<number>, seconds = 60): Promise<void> => {
  const end = performance.now() + seconds * 1_000
  for (const pid of pids) {
    while (!isGone(pid)) {
      if (performance.now() > end)
        throw new Error(`process ${pid} is still there after ${seconds} s`)
      await pause(1)
    }
  }
}

/** Of the process itself, by any of its threads. */
export const childrenOf = (pid: number): ReadonlyArray<number> =>
  tasksOf(pid).flatMap((task) =>
    textOf(`/proc/${pid}/task/${task}/children`).split(" ").filter(Boolean).map(Number)
  )

const tasksOf = (pid: number): ReadonlyArray<string> => {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

const isGone = (pid: number): boolean => {
  const stat = textOf(`/proc/${pid}/stat`)
  return stat === "" || "ZX".includes(stat.charAt(stat.lastIndexOf(")") + 2))
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It is gone already.
  }
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

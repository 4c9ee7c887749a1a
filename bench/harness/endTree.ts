/** Who is left of a measurement, wherever it hangs in the tree of processes: found by its mark in /proc, which only Linux has. */
import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { markName } from "./marked.ts"

const attempts = 500
const everyMs = 10

/** Pids of all processes that are marked with the site and are no zombies. */
export const survivors = (directory: string): ReadonlyArray<number> => {
  const mark = `\0${markName}=${directory}\0`
  return readdirSync("/proc").flatMap((entry) => {
    const pid = Number(entry)
    if (!Number.isInteger(pid)) return []
    // A zombie has no environment any more.
    return `\0${textOf(`/proc/${pid}/environ`)}`.includes(mark) ? [pid] : []
  })
}

/** Kills them all, and those that come meanwhile. Never fails: what cannot be killed is told by `survivors`. */
export const endTree = async (directory: string): Promise<void> => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const left = survivors(directory)
    if (left.length === 0) return
    for (const pid of left) kill(pid)
    await pause(everyMs)
  }
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

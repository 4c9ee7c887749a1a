/**
 * What a target itself takes, without the programs that it runs: its root and all that descends from it, apart from processes
 * whose executable is a fixture. So supervisord is one process, reeve its daemon and its keeper, runit a `runsv` (and a `svlogd`)
 * for each program.
 *
 * A helper that came and went between two looks is not counted, nor is a child between its fork and the fixture that it becomes.
 * supervisord, reeve, runit and s6 have no such helpers while programs run; what a command line of theirs takes, and PM2's
 * commands, are processes of whoever calls them and in no figure of this file.
 */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs"
import { fixtures } from "./fixtures.ts"

export const ownProcesses = (root: number): ReadonlyArray<number> => {
  const { stamp, write } = fixtures()
  const programs = new Set([realpathSync(stamp), realpathSync(write)])
  return familyOf(root).filter((pid) => !programs.has(executableOf(pid) ?? ""))
}

const familyOf = (root: number): ReadonlyArray<number> => {
  const children = new Map<number, Array<number>>()
  for (const entry of readdirSync("/proc")) {
    const parent = /^\d+$/.test(entry) ? parentOf(entry) : null
    if (parent === null) continue
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [Number(entry)])
    else siblings.push(Number(entry))
  }
  const family = [root]
  for (const pid of family) family.push(...(children.get(pid) ?? []))
  return family
}

/** Behind the last parenthesis, as a name may hold some: the state, then the parent. */
const parentOf = (pid: string): number | null => {
  const text = readIfThere(`/proc/${pid}/stat`)
  return text === null ? null : Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1])
}

const executableOf = (pid: number): string | null => {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return null
  }
}

/** What each thread has used since it began, by its id. */
export type Usage = ReadonlyMap<number, Used>

export interface Used {
  /** Nanoseconds on a processor, as the scheduler counts them: exact also below a tick. */
  readonly cpuNs: number
  /** Of both kinds. */
  readonly switches: number
}

export const usageOf = (root: number): Usage =>
  new Map(
    ownProcesses(root).flatMap((pid) =>
      threadsOf(pid).flatMap((thread) => {
        const used = usedBy(`/proc/${pid}/task/${thread}`)
        return used === null ? [] : [[thread, used] as const]
      })
    )
  )

/** What the threads that are there now have used since then. */
export const usedSince = (root: number, before: Usage): Used => {
  let [cpuNs, switches] = [0, 0]
  for (const [thread, now] of usageOf(root)) {
    cpuNs += now.cpuNs - (before.get(thread)?.cpuNs ?? 0)
    switches += now.switches - (before.get(thread)?.switches ?? 0)
  }
  return { cpuNs, switches }
}

const threadsOf = (pid: number): ReadonlyArray<number> => {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}

const usedBy = (directory: string): Used | null => {
  const schedule = readIfThere(`${directory}/schedstat`)
  const status = readIfThere(`${directory}/status`)
  if (schedule === null || status === null) return null
  const switches = [...status.matchAll(/ctxt_switches:\s*(\d+)/g)]
  return {
    cpuNs: Number(schedule.split(" ")[0]),
    switches: switches.reduce((sum, [, count]) => sum + Number(count), 0)
  }
}

/** Null: the process has ended meanwhile. */
export const readIfThere = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return null
  }
}

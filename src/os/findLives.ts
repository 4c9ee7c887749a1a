/**
 * Finds processes that an earlier daemon started, by what no child of theirs can have alike: they lead a session and hold a
 * FIFO that is named by their spawn id. REEVE_SPAWN_ID of the environment is not asked: every descendant has it.
 */
import { readlinkSync, realpathSync } from "node:fs"
import { resolve } from "node:path"
import { errnoOf } from "./errnoOf.ts"
import type { FoundLife, ProcessFacts } from "./Proc.ts"
import { environmentOf, processStats } from "./procStat.ts"

/** One look at all processes; the descriptors only of those that lead a session. */
export const findLives = (
  fifoDirectory: string,
  known: ReadonlySet<number>
): ReadonlyArray<FoundLife> => {
  const directory = realPath(fifoDirectory)
  const oldest = new Map<string, ProcessFacts>()
  for (const facts of processStats((pid) => known.has(pid) || pid === process.pid)) {
    if (facts.pid !== facts.session) continue
    const spawnId = spawnIdHeldBy(facts.pid, directory)
    if (spawnId === null) continue
    const other = oldest.get(spawnId)
    if (other === undefined || isElder(facts, other)) oldest.set(spawnId, facts)
  }
  // Rarely is any found, so that the known ones are not looked at before.
  if (oldest.size > 0) {
    for (const pid of known) {
      const spawnId = spawnIdHeldBy(pid, directory)
      if (spawnId !== null) oldest.delete(spawnId)
    }
  }
  return Array.from(oldest, ([spawnId, facts]) => found(spawnId, facts))
}

/** Clock ticks are coarse: of two that began in one, it is the parent. */
const isElder = (one: ProcessFacts, other: ProcessFacts): boolean =>
  one.startTicks === other.startTicks ? other.parent === one.pid : one.startTicks < other.startTicks

const found = (spawnId: string, { parent, pid, startTicks }: ProcessFacts): FoundLife => {
  const environment = environmentOf(pid) ?? []
  const valueOf = (name: string): string | null =>
    environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? null
  return {
    pid,
    startTicks,
    spawnId,
    parent,
    processName: valueOf("SUPERVISOR_PROCESS_NAME"),
    groupName: valueOf("SUPERVISOR_GROUP_NAME")
  }
}

const spawnIdHeldBy = (pid: number, directory: string): string | null => {
  for (const fd of [1, 2, 0]) {
    const target = linkOf(`/proc/${pid}/fd/${fd}`)
    if (target === "notOurs") return null
    const spawnId = target === null ? null : spawnIdIn(target, directory)
    if (spawnId !== null) return spawnId
  }
  return null
}

const spawnIdIn = (target: string, directory: string): string | null => {
  if (!target.startsWith(`${directory}/`)) return null
  const name = target.slice(directory.length + 1)
  return /^([^/]+)\.(?:stdout|stderr|stdin)(?: \(deleted\))?$/.exec(name)?.[1] ?? null
}

/** Null: no such descriptor. "notOurs": nothing of this process may be seen, or there is none. */
const linkOf = (path: string): string | "notOurs" | null => {
  try {
    return readlinkSync(path)
  } catch (error) {
    return ["EACCES", "EPERM", "ESRCH"].includes(errnoOf(error)) ? "notOurs" : null
  }
}

/** As the kernel shows it. */
const realPath = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

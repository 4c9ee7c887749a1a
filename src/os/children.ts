/**
 * Whose child a process is. The kernel keeps one table of children for the whole process, so this is one table for the
 * process too: those that the Spawner started, those that an earlier daemon started and that are adopted, and those that Node
 * started for itself (git, the evaluator, probes), which must be left to Node. What is in none is a stranger that fell to
 * this process as subreaper.
 */
import type { ChildProcess } from "node:child_process"
import { subscribe } from "node:diagnostics_channel"
import { adoptedOf } from "./adopted.ts"

/** Leaders that ended are kept for a while: processes that they left behind are still asked for. */
const REMEMBERED = 4096

const living = new Set<number>()
const spawnIds = new Map<number, string>()
const ofNode = new Set<ChildProcess>()

/** To be called in the same turn as the spawn, before the Reaper can look. */
export const noteStarted = (pid: number, spawnId: string): void => {
  living.add(pid)
  noteSpawnId(pid, spawnId)
}

/** The same for what runs already and may be another's child. */
export const noteSpawnId = (pid: number, spawnId: string): void => {
  spawnIds.delete(pid)
  spawnIds.set(pid, spawnId)
  for (const [old] of spawnIds) {
    if (spawnIds.size <= REMEMBERED) break
    if (!isStarted(old)) spawnIds.delete(old)
    else break
  }
}

export const noteReaped = (pid: number): void => {
  living.delete(pid)
}

/** Started here, or adopted; and not known to have ended. */
export const isStarted = (pid: number): boolean => living.has(pid) || adoptedOf(pid) !== null

/** Its number is nobody else's until it is reaped here. */
export const isOwnChild = (pid: number): boolean => living.has(pid)

/** The spawn id of a process that was started or adopted here, also when it has ended not long ago. */
export const spawnIdOf = (pid: number): string | null => spawnIds.get(pid) ?? null

/** True for a child that Node started and has not seen the end of. */
export const isOfNode = (pid: number): boolean => {
  for (const child of ofNode) if (child.pid === pid) return true
  return false
}

/** All of them. */
export const pidsOfNode = (): ReadonlySet<number> =>
  new Set([...ofNode].flatMap(({ pid }) => pid ?? []))

const isChild = (message: unknown): message is { readonly process: ChildProcess } =>
  typeof message === "object" && message !== null && "process" in message

// Node tells of each ChildProcess that it makes; its pid is filled in before control comes back to the loop.
subscribe("child_process", (message) => {
  if (!isChild(message)) return
  const child = message.process
  ofNode.add(child)
  child.once("exit", () => ofNode.delete(child))
  child.once("error", () => {
    if (child.pid === undefined) ofNode.delete(child)
  })
})

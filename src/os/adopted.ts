/**
 * Processes that an earlier daemon started and that this one took over. They are not its children: the keeper has them, or
 * whoever takes in orphans. One table for the process, beside that of `children.ts`. The pidfd of each is opened when it
 * is adopted, so that its number can become another's without anything here meaning that one.
 */
import * as libc from "./libc.ts"

export interface Adopted {
  readonly pid: number
  readonly startTicks: number
  readonly spawnId: string
  /** Its parent when it was adopted: what it leaves behind falls to that one. */
  readonly parent: number
  /** Null: none could be opened. */
  readonly pidfd: number | null
  /** Who tells its exit. */
  watchedBy: "keeper" | "pidfd"
}

/** Exits that were delivered are kept for a while, so that none is delivered again on another way. */
const REMEMBERED = 4096

const table = new Map<number, Adopted>()
const ended = new Map<number, Adopted>()

export const noteAdopted = (adopted: Adopted): void => {
  table.set(adopted.pid, adopted)
}

/** Its exit was delivered; nothing where it was so before. */
export const noteAdoptedEnded = (adopted: Adopted): void => {
  const { pid, pidfd } = adopted
  if (table.get(pid) !== adopted) return
  table.delete(pid)
  if (pidfd !== null) libc.close(pidfd)
  ended.delete(pid)
  ended.set(pid, adopted)
  for (const [old] of ended) {
    if (ended.size <= REMEMBERED) break
    ended.delete(old)
  }
}

export const adoptedOf = (pid: number): Adopted | null => table.get(pid) ?? null

export const allAdopted = (): ReadonlyArray<Adopted> => [...table.values()]

export const wasDelivered = (pid: number, startTicks: number): boolean =>
  ended.get(pid)?.startTicks === startTicks

/**
 * Who gets what an adopted process leaves behind, also when it has ended not long ago: the parent that it had itself, or whom
 * this process (the keeper's child as well) falls to when that one ends. Empty: it is not an adopted one.
 */
export const orphansFallTo = (pid: number): ReadonlyArray<number> => {
  const adopted = table.get(pid) ?? ended.get(pid)
  return adopted === undefined ? [] : [adopted.parent, process.ppid]
}

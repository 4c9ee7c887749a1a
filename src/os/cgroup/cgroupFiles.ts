/** A cgroup as the kernel shows it: a directory. What is not there any more holds nothing, and is not missed. */
import { readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { errnoOf } from "../errnoOf.ts"
import * as libc from "../libc.ts"

/** Null: there is no such file. */
export const readIn = (directory: string, file: string): string | null => {
  try {
    return readFileSync(join(directory, file), "latin1")
  } catch {
    return null
  }
}

/** The errno of a refusal; null: it is written. */
export const writeIn = (directory: string, file: string, text: string): string | null => {
  try {
    writeFileSync(join(directory, file), text, { flag: "r+" })
    return null
  } catch (error) {
    return errnoOf(error)
  }
}

/** The processes in it, without those in cgroups below it. */
export const pidsIn = (directory: string): ReadonlyArray<number> =>
  (readIn(directory, "cgroup.procs") ?? "")
    .split("\n")
    .map(Number)
    .filter((pid) => pid > 0)

/** Programs make cgroups below their own too. Deeper than this nobody looks. */
const DEPTH = 8

const below = (directory: string): ReadonlyArray<string> => {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(directory, name))
  } catch {
    return []
  }
}

export const pidsBelow = (directory: string, depth = DEPTH): ReadonlyArray<number> => {
  const own = pidsIn(directory)
  return depth === 0
    ? own
    : [...own, ...below(directory).flatMap((child) => pidsBelow(child, depth - 1))]
}

/** Whether it is not there any more. The kernel keeps what a process is in. */
export const removed = (directory: string): boolean => {
  try {
    rmdirSync(directory)
    return true
  } catch (error) {
    return errnoOf(error) === "ENOENT"
  }
}

/** With the empty ones below it. */
export const removedBelow = (directory: string, depth = DEPTH): boolean => {
  if (removed(directory)) return true
  if (depth === 0 || pidsIn(directory).length > 0) return false
  const children = below(directory)
  if (children.length === 0) return false
  return children.every((child) => removedBelow(child, depth - 1)) && removed(directory)
}

/** What an earlier daemon could not remove, as something was in it. */
export const removeEmptyIn = (place: string, but: ReadonlySet<string>): void => {
  for (const child of below(place)) if (!but.has(child)) removed(child)
}

const SIGKILL = 9
/** Looks at what starts others faster than it can be killed, where the kernel does not do it as one (before Linux 5.14). */
const ROUNDS = 20

export const killIn = (directory: string): void => {
  if (writeIn(directory, "cgroup.kill", "1") === null) return
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = pidsBelow(directory).filter((pid) => pid > 1)
    if (pids.length === 0) return
    for (const pid of pids) libc.kill(pid, SIGKILL)
  }
}

/** Moves processes one by one, again until none is left behind by a fork meanwhile; the errno of the first that cannot be. */
export const moveAll = (from: () => ReadonlyArray<number>, to: string): string | null => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = from()
    if (pids.length === 0) return null
    for (const pid of pids) {
      const errno = writeIn(to, "cgroup.procs", String(pid))
      if (errno !== null && errno !== "ESRCH") return errno
    }
  }
  return "EBUSY"
}

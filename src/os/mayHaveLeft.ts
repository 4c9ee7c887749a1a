/**
 * Whether processes that ended can have left anything behind, asked of two things that cost little however many processes there
 * are. What is in the group of one keeps that group (kill(2) with signal 0 finds it). All else that came from it hangs below a
 * process that lost its parent, and has fallen to a subreaper: this process, or the one that was before (prctl(2),
 * PR_SET_CHILD_SUBREAPER); so where neither has a child that nobody knows, there is nothing.
 */
import { readFileSync } from "node:fs"
import { constants } from "node:os"
import { isOfNode, isStarted } from "./children.ts"
import * as libc from "./libc.ts"

/** True also where it cannot be known. */
export const mayHaveLeft = (
  leaders: ReadonlyArray<number>,
  parents: ReadonlySet<number>
): boolean =>
  leaders.some((leader) => libc.kill(-leader, 0) !== -constants.errno.ESRCH) ||
  [...parents].some(hasStrangers)

const hasStrangers = (parent: number): boolean => {
  const found = childrenOf(parent)
  return found === null || found.some((pid) => !isKnown(pid))
}

const isKnown = (pid: number): boolean => pid === process.pid || isStarted(pid) || isOfNode(pid)

/**
 * Of its main thread (proc_pid_children(5)), as all are that reeve starts, and all that fall to a subreaper: the kernel gives
 * those to its first thread. Null where the kernel does not tell.
 */
const childrenOf = (parent: number): ReadonlyArray<number> | null => {
  try {
    const text = readFileSync(`/proc/${parent}/task/${parent}/children`, "latin1").trim()
    return text === "" ? [] : text.split(" ").map(Number)
  } catch {
    return null
  }
}

/**
 * What supervisord does to its own process before it runs programs: limits are raised first, then privileges are dropped, for
 * an unprivileged process could no longer raise its hard limits (unlike G26).
 */
import * as libc from "./libc.ts"
import { startOpenFiles } from "./startOpenFiles.ts"

export type Raised =
  /** The limit in force; `raised`: it was lower before. */
  | { readonly limit: bigint; readonly raised: boolean }
  /** What the environment allows is less than what is wanted. */
  | { readonly allowed: bigint }

/** Open files, for programs: Node has raised this process's own already. */
export const raiseOpenFiles = (least: number): Raised => {
  const now = libc.prlimit(0, libc.RLIMIT.NOFILE)
  const wanted = BigInt(least)
  const soft = startOpenFiles()
  if (typeof now === "number" || soft >= wanted) return { limit: soft, raised: false }
  if (now.hard < wanted) {
    const set = libc.prlimit(0, libc.RLIMIT.NOFILE, { soft: wanted, hard: wanted })
    if (typeof set === "number") return { allowed: now.hard }
  }
  return { limit: wanted, raised: true }
}

/** Processes of this user. */
export const raiseProcesses = (least: number): Raised => {
  const now = libc.prlimit(0, libc.RLIMIT.NPROC)
  const wanted = BigInt(least)
  if (typeof now === "number") return { limit: wanted, raised: false }
  if (now.soft >= wanted) return { limit: now.soft, raised: false }
  const hard = now.hard < wanted ? wanted : now.hard
  const set = libc.prlimit(0, libc.RLIMIT.NPROC, { soft: wanted, hard })
  return typeof set === "number" ? { allowed: now.hard } : { limit: wanted, raised: true }
}

/** Becomes another user with all its groups; the sentence of supervisord where that is not possible. */
export const dropPrivileges = (
  user: { readonly uid: number; readonly gid: number },
  groups: ReadonlyArray<number>
): string | null => {
  const uid = process.geteuid?.()
  if (uid === user.uid) return null
  if (uid !== 0) return "Can't drop privilege as nonroot user"
  try {
    process.setgroups?.([...groups])
  } catch {
    return "Could not set groups of effective user"
  }
  try {
    process.setgid?.(user.gid)
  } catch {
    return "Could not set group id of effective user"
  }
  process.setuid?.(user.uid)
  return null
}

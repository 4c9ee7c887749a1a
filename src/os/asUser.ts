/**
 * Runs blocking file calls with another user's rights, in the calling thread only: Linux keeps the ids that files are judged by
 * per thread, and drops root's file capabilities with them. So a path that its owner may redirect gives no more than
 * that owner could reach without reeve. Needs root; must never be called from a thread that serves others meanwhile.
 */
import { setfsgid, setfsuid, setThreadGroups } from "./libc.ts"

export interface FileRights {
  readonly uid: number
  readonly gid: number
  readonly groups: ReadonlyArray<number>
}

/** `rights` null: as reeve. `f` must be synchronous. */
export const asUser = <A>(rights: FileRights | null, f: () => A): A => {
  if (rights === null) return f()
  const groups = process.getgroups?.() ?? []
  const gid = process.getegid?.() ?? 0
  const uid = process.geteuid?.() ?? 0
  try {
    setThreadGroups(rights.groups)
    setfsgid(rights.gid)
    setfsuid(rights.uid)
    // setfsuid does not say whether it worked; asked with an impossible id it tells the present one.
    if (setfsuid(0xffffffff) !== rights.uid)
      throw new Error(`reeve may not act as uid ${rights.uid}`)
    return f()
  } finally {
    setfsuid(uid)
    setfsgid(gid)
    setThreadGroups(groups)
  }
}

export const effectiveUid = (): number => process.geteuid?.() ?? 0

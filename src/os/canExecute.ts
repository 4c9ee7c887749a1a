/**
 * Whether a user may execute a file, or enter a directory: access(2) for reeve itself; for another user by mode bits along
 * the path. Bits cannot see access control lists, so that a "no" is asked again of the kernel, as that user.
 */
import { execFile } from "node:child_process"
import { accessSync, constants, realpathSync, statSync } from "node:fs"
import { dirname } from "node:path"

export interface Actor {
  readonly uid: number
  /** The primary group first. */
  readonly groups: ReadonlyArray<number>
}

export const canExecute = (path: string, as: Actor | null): boolean | Promise<boolean> => {
  // Also for another user: a `noexec` mount, or no x bit at all, stops everybody.
  if (!reeveCan(path)) return as !== null && as.uid !== process.geteuid?.() && asks(path, as)
  if (as === null || as.uid === process.geteuid?.()) return true
  return bitsAllow(path, as) || asks(path, as)
}

const reeveCan = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const bitsAllow = (path: string, as: Actor): boolean => {
  try {
    let at = realpathSync(path)
    for (;;) {
      const { mode, uid, gid } = statSync(at)
      const bit = as.uid === uid ? 0o100 : as.groups.includes(gid) ? 0o010 : 0o001
      if (as.uid === 0 ? (mode & 0o111) === 0 : (mode & bit) === 0) return false
      if (at === "/") return true
      at = dirname(at)
    }
  } catch {
    return false
  }
}

/** `test -x` with that user's rights; false when reeve may not become that user. */
const asks = (path: string, as: Actor): Promise<boolean> =>
  new Promise((resolve) => {
    if (process.geteuid?.() !== 0) return resolve(false)
    const [gid = as.uid] = as.groups
    const who = [`--reuid=${as.uid}`, `--regid=${gid}`, `--groups=${as.groups.join(",")}`]
    execFile("setpriv", [...who, "--", "test", "-x", path], { timeout: 5000 }, (error) =>
      resolve(error === null)
    )
  })

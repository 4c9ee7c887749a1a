/** Whether a file may be run as this process's user: nobody else may have written it, or put it where it is. */
import { realpathSync, statSync } from "node:fs"
import { dirname, isAbsolute } from "node:path"
import { errnoOf } from "./errnoOf.ts"

/** One sentence without its end; null: it may. */
export const whyUntrusted = (
  path: string,
  uid: number = process.geteuid?.() ?? 0
): string | null => {
  if (!isAbsolute(path)) return `${path} is not an absolute path`
  try {
    const real = realpathSync(path)
    if (!statSync(real).isFile()) return `${path} is not a file`
    for (const place of upwards(real)) {
      const why = whyWritable(place, uid)
      if (why !== null) return why
    }
    return null
  } catch (error) {
    return `${path} cannot be looked at: ${errnoOf(error)}`
  }
}

/** In a sticky directory nobody can replace what is somebody else's. */
const whyWritable = (path: string, uid: number): string | null => {
  const facts = statSync(path)
  const { gid, mode, uid: owner } = facts
  if (owner !== 0 && owner !== uid) {
    return `${path} belongs to uid ${owner}, neither root nor the user that reeve runs as`
  }
  // Many systems give each user a group of that user's own, with the same number.
  const byGroup = (mode & 0o020) !== 0 && gid !== 0 && gid !== owner
  const byOthers = (mode & 0o002) !== 0
  const isSticky = facts.isDirectory() && (mode & 0o1000) !== 0
  return (byGroup || byOthers) && !isSticky ? `others can write ${path}` : null
}

const upwards = (path: string): ReadonlyArray<string> =>
  dirname(path) === path ? [path] : [path, ...upwards(dirname(path))]

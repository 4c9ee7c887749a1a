import { statSync } from "node:fs"
import { dirname } from "node:path"

export interface OwnedPath {
  readonly path: string
  readonly uid: number
  readonly mode: number
}

/** Owner and mode of a directory and of all above it, up to the root; `known` remembers them. */
export const directoriesAbove = (
  file: string,
  known: Map<string, OwnedPath>
): ReadonlyArray<OwnedPath> => {
  const parent = dirname(file)
  if (parent === file) return []
  const own = known.get(parent) ?? ownedPath(parent)
  known.set(parent, own)
  return [own, ...directoriesAbove(parent, known)]
}

export const ownedPath = (path: string): OwnedPath => {
  const { uid, mode } = statSync(path)
  return { path, uid, mode }
}

/**
 * Files of a git revision in the place of those of the working tree: every path stays that of the tree, so that all that is made
 * from paths is as it would be there; only what is read comes from elsewhere.
 */
import { existsSync, realpathSync, statSync } from "node:fs"
import { dirname, join } from "node:path"

export interface Overlay {
  /** The top of the working tree, a real path. */
  readonly root: string
  /** Where the revision's files lie, a real path. */
  readonly at: string
}

/** Where a file's content is read. Packages that are installed, and not in git, are those of the working tree. */
export const placeOf = (overlay: Overlay | null, file: string): string => {
  if (overlay === null || !isBelow(overlay.root, file)) return file
  const placed = overlay.at + file.slice(overlay.root.length)
  return file.includes("/node_modules/") && !existsSync(placed) ? file : placed
}

/** The path in the working tree of what was found in the revision. */
export const treePath = ({ at, root }: Overlay, placed: string): string =>
  isBelow(at, placed) ? root + placed.slice(at.length) : placed

export const isBelow = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(`${directory}/`)

/** Without links as far as it exists; a revision may have what the tree has no more. */
export const realAsFar = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realAsFar(parent), path.slice(parent.length))
  }
}

/** uid of the directory that a path names, or that it lies in; of the nearest above where that is gone. */
export const ownerOf = (path: string): number => {
  const facts = statSync(path, { throwIfNoEntry: false })
  return facts?.isDirectory() === true ? facts.uid : ownerOf(dirname(path))
}

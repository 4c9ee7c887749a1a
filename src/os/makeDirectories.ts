import { mkdirSync, statSync } from "node:fs"
import { dirname } from "node:path"

/**
 * Makes a directory and those above it that are missing; throws Node's error. Not by `recursive: true`: where a file system
 * refuses new entries with ENOENT (/proc does), Node then tries for ever.
 */
export const makeDirectories = (path: string, mode: number): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
  if (dirname(path) !== path) makeDirectories(dirname(path), mode)
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}

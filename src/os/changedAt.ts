import { lstatSync } from "node:fs"

/**
 * When a file was changed last (wall clock, milliseconds), by the time that no program can set (st_ctime, inode(7)); null: there
 * is no such file.
 */
export const changedAt = (path: string): number | null => {
  try {
    return lstatSync(path).ctimeMs
  } catch {
    return null
  }
}

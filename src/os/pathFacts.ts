/** What a path names, asked without waiting: for command lines that are read before anything else runs. Never throws. */
import { statSync } from "node:fs"

/** Links are followed: false for one that leads nowhere. */
export const pathExists = (path: string): boolean => {
  try {
    statSync(path)
    return true
  } catch {
    return false
  }
}

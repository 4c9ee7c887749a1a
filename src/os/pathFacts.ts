/** What a path names, asked without waiting: for command lines that are read before anything else runs. Never throws. */
import { nodeFs } from "./nodeFs.ts"

/** Links are followed: false for one that leads nowhere. */
export const pathExists = (path: string): boolean => {
  try {
    nodeFs.statSync(path)
    return true
  } catch {
    return false
  }
}

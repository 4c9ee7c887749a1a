import { realpathSync } from "node:fs"
import { errnoOf } from "./errnoOf.ts"

/**
 * Goes to the root where the working directory was removed, as a deployment removes the directory of an old release: Node and
 * much of what runs under it cannot do without one. To be called before anything asks for the working directory.
 */
export const leaveRemovedDirectory = (): void => {
  try {
    // Not process.cwd(): Node remembers what that said before.
    realpathSync.native(".")
  } catch (error) {
    if (errnoOf(error) === "ENOENT") process.chdir("/")
  }
}

/**
 * Compiled code of reeve's own bundles, kept on disk by Node (node:module, "Module compile cache"): a daemon that follows one
 * that died is there sooner. It lies in reeve's own directory, which nobody else can write, as it is executed.
 */
import { existsSync, mkdirSync } from "node:fs"
import * as module from "node:module"
import { join } from "node:path"

/** To be called before the code that it is for is imported. Where there can be no cache, there is none. */
export const useCompileCache = (stateDirectory: string): void => {
  const directory = join(stateDirectory, "cache")
  try {
    if (!existsSync(directory)) mkdirSync(directory, { mode: 0o700 })
    module.enableCompileCache(directory)
  } catch {
    // Not there yet, or full: the code is compiled each time.
  }
}

/** Node writes what it compiled when the process ends in order, which a daemon that is killed does not. */
export const keepCompileCache = (): void => module.flushCompileCache()

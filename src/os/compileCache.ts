/**
 * Compiled code of reeve's own bundles, kept on disk by Node (node:module, "Module compile cache"): a command answers sooner,
 * and so does a daemon that follows one that died. What lies there is executed, so it lies where only this user can write:
 * beside the bundles where they are this user's own, else, for a daemon, in its state directory.
 */
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { nodeFs } from "./nodeFs.ts"

const module = process.getBuiltinModule("node:module")

/**
 * To be called before the code that it is for is imported. Where there can be no cache, there is none. `stateDirectory` null:
 * this process has none of its own.
 */
export const useCompileCache = (stateDirectory: string | null): void => {
  try {
    const directory = cacheDirectory(stateDirectory)
    if (directory !== null) enable(directory)
  } catch {
    // Full, or not to be written: the code is compiled each time.
  }
}

/** Where compiled code may lie; null: nowhere, or not yet. */
export const cacheDirectory = (stateDirectory: string | null): string | null => {
  try {
    return besideBundles() ?? (stateDirectory === null ? null : inState(stateDirectory))
  } catch {
    return null
  }
}

/** Node writes what it compiled when the process ends in order, which a daemon that is killed does not. */
export const keepCompileCache = (): void => module.flushCompileCache()

/** Null: reeve runs from its sources, or the bundles are somebody else's. */
const besideBundles = (): string | null => {
  const self = fileURLToPath(import.meta.url)
  if (self.endsWith(".ts")) return null
  const folder = dirname(self)
  // What several bundles share lies one directory deeper.
  const bundles = basename(folder) === "chunks" ? dirname(folder) : folder
  const uid = process.geteuid?.()
  if (nodeFs.lstatSync(bundles).uid !== uid) return null
  const directory = join(bundles, "cache")
  if (!nodeFs.existsSync(directory)) nodeFs.mkdirSync(directory, { mode: 0o700 })
  const facts = nodeFs.lstatSync(directory)
  return facts.isDirectory() && facts.uid === uid && (facts.mode & 0o077) === 0 ? directory : null
}

const inState = (stateDirectory: string): string => {
  const directory = join(stateDirectory, "cache")
  if (!nodeFs.existsSync(directory)) nodeFs.mkdirSync(directory, { mode: 0o700 })
  return directory
}

/** "portable": it holds for bundles that were moved. Versions of Node that do not know that word take a path alone. */
const enable = (directory: string): void => {
  try {
    module.enableCompileCache({ directory, portable: true })
  } catch {
    module.enableCompileCache(directory)
  }
}

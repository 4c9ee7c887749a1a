import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"

/** Removes what lies in a directory, where it can be removed; not the directory, and nothing below its own directories. */
export const clearDirectory = (path: string): void => {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) continue
    try {
      rmSync(join(path, entry.name), { force: true })
    } catch {
      // It stays, and is in nobody's way.
    }
  }
}

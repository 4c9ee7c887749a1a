import { existsSync, statSync } from "node:fs"
import { dirname, join } from "node:path"

export interface FoundUpwards {
  readonly path: string
  /** The directory that holds it. */
  readonly directory: string
  readonly uid: number
  readonly isDirectory: boolean
}

/** The nearest thing of that name in `directory` or one above it. */
export const findUpwards = (directory: string, name: string): FoundUpwards | null => {
  for (let current = directory; ; current = dirname(current)) {
    const path = join(current, name)
    const facts = statSync(path, { throwIfNoEntry: false })
    if (facts !== undefined) {
      return { path, directory: current, uid: facts.uid, isDirectory: facts.isDirectory() }
    }
    if (dirname(current) === current) return null
  }
}

export const exists = (path: string): boolean => existsSync(path)

/** Whether two values of a field mean the same, however each is written. `path`: of the canonical definition. */
import { canonicalJson } from "./canonicalJson.ts"
import { sameCommand } from "./sameCommand.ts"

export const sameMeaning = (path: string, before: unknown, after: unknown): boolean => {
  if (before === after || canonicalJson(before ?? null) === canonicalJson(after ?? null))
    return true
  if (path === "command" || path === "stop.command") return sameCommand(before, after)
  if (path === "directory") return sameDirectory(before, after)
  return sets.has(path) && sameSet(before, after)
}

/** Of these, neither the order nor how often one is named says anything. */
const sets: ReadonlySet<string> = new Set([
  "inheritEnvironment",
  "showEnvironment",
  "restart.expectedExitCodes",
  "listener.events"
])

const sameSet = (before: unknown, after: unknown): boolean =>
  Array.isArray(before) &&
  Array.isArray(after) &&
  canonicalJson([...new Set(before)].sort()) === canonicalJson([...new Set(after)].sort())

/** Slashes at the end or in a row, and `/.`. What `..` leads to only the file system knows, as there may be links. */
const sameDirectory = (before: unknown, after: unknown): boolean =>
  typeof before === "string" && typeof after === "string" && plain(before) === plain(after)

const plain = (path: string): string =>
  path.replace(/\/(\.?\/)*(\.?$)?/g, "/").replace(/(.)\/$/, "$1")

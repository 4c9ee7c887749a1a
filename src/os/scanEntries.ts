/**
 * Finds the files of a load: what the operator named, directories searched to the bottom. Dot files, node_modules and
 * declaration files are none. Paths are real ones, so that a file reached by two names is one. It reads names only.
 */
import { readdirSync, realpathSync, type Stats, statSync } from "node:fs"
import { extname, join } from "node:path"
import { entryDepth, entryFiles } from "../domain/limits.ts"

export interface Scan {
  /** Files to evaluate, sorted. */
  readonly modules: ReadonlyArray<string>
  /** Files to import as ini, sorted. */
  readonly inis: ReadonlyArray<string>
  /** Every directory that was searched, and those of files named by themselves. */
  readonly directories: ReadonlyArray<string>
  /** uids of the owners of what the operator named: they may own what is evaluated, besides root. */
  readonly owners: ReadonlyArray<number>
  readonly problems: ReadonlyArray<ScanProblem>
}

export interface ScanProblem {
  readonly severity: "error" | "warning"
  readonly path: string
  readonly message: string
  readonly hint: string | null
}

export const scanEntries = (roots: ReadonlyArray<string>): Scan => {
  const search: Search = {
    modules: new Set(),
    inis: new Set(),
    directories: new Set(),
    owners: new Set(),
    problems: []
  }
  for (const root of roots) scanRoot(search, root)
  return {
    modules: [...search.modules].toSorted(),
    inis: [...search.inis].toSorted(),
    directories: [...search.directories],
    owners: [...search.owners],
    problems: search.problems
  }
}

/** What a path is to a load: by its ending. */
export const entryKind = (path: string): "module" | "ini" | null => {
  const name = path.slice(path.lastIndexOf("/") + 1)
  if (name.startsWith(".") || /\.d\.m?ts$/.test(name)) return null
  const ending = extname(name)
  if (ending === ".ini") return "ini"
  return ending === ".ts" || ending === ".mts" || ending === ".js" || ending === ".mjs"
    ? "module"
    : null
}

interface Search {
  readonly modules: Set<string>
  readonly inis: Set<string>
  readonly directories: Set<string>
  readonly owners: Set<number>
  readonly problems: Array<ScanProblem>
}

const scanRoot = (search: Search, root: string): void => {
  const found = look(root)
  if (found === null) {
    search.problems.push({
      severity: "error",
      path: root,
      message: "does not exist, or cannot be read",
      hint: "reeve init makes a directory of programs to start from"
    })
    return
  }
  const { path, facts } = found
  if (facts.isDirectory()) {
    search.owners.add(facts.uid)
    const before = search.modules.size + search.inis.size
    scanDirectory(search, path, 0)
    if (search.modules.size + search.inis.size === before) search.problems.push(empty(root))
    return
  }
  const parent = path.slice(0, path.lastIndexOf("/")) || "/"
  search.directories.add(parent)
  search.owners.add(statSync(parent).uid)
  const kind = extname(path) === ".conf" ? "ini" : entryKind(path)
  if (!facts.isFile() || kind === null) search.problems.push(notAnEntry(root))
  else if (kind === "ini") search.inis.add(path)
  else search.modules.add(path)
}

const scanDirectory = (search: Search, directory: string, depth: number): void => {
  if (search.directories.has(directory) || depth > entryDepth) return
  search.directories.add(directory)
  for (const name of namesIn(search, directory)) {
    if (name.startsWith(".") || name === "node_modules") continue
    const kind = entryKind(name)
    const found = look(join(directory, name))
    if (found === null) continue
    if (found.facts.isDirectory()) scanDirectory(search, found.path, depth + 1)
    else if (found.facts.isFile() && kind === "ini") search.inis.add(found.path)
    else if (found.facts.isFile() && kind === "module") search.modules.add(found.path)
    if (search.modules.size + search.inis.size > entryFiles) {
      search.problems.push(tooMany(directory))
      return
    }
  }
}

const namesIn = (search: Search, directory: string): ReadonlyArray<string> => {
  try {
    return readdirSync(directory).toSorted()
  } catch (error) {
    const why = error instanceof Error ? error.message.split(",", 1)[0] : "unknown"
    search.problems.push({
      severity: "error",
      path: directory,
      message: `cannot be read: ${why}`,
      hint: null
    })
    return []
  }
}

/** The real path and what is there; null where nothing is, or a link leads nowhere. */
const look = (path: string): { readonly path: string; readonly facts: Stats } | null => {
  try {
    const real = realpathSync(path)
    return { path: real, facts: statSync(real) }
  } catch {
    return null
  }
}

const endings = ".ts, .mts, .js, .mjs or .ini"

const empty = (path: string): ScanProblem => ({
  severity: "warning",
  path,
  message: `holds no file that ends in ${endings}, so it declares nothing`,
  hint: null
})

const notAnEntry = (path: string): ScanProblem => ({
  severity: "error",
  path,
  message: `is not a file that ends in ${endings}`,
  hint: null
})

const tooMany = (path: string): ScanProblem => ({
  severity: "error",
  path,
  message: `more than ${entryFiles} files are found up to here`,
  hint: "name the directory that holds definitions only"
})

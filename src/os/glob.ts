/**
 * Python's `glob.glob` without `**`, as supervisord's `[include] files` uses it: `*`, `?`, `[…]`, `[!…]` inside one path
 * component; a component without them is looked up as it is; `*` and `?` do not match names that begin with a dot unless
 * the pattern does. What cannot be listed has no matches.
 */
import { lstatSync, readdirSync } from "node:fs"

/** Sorted by code units. */
export const glob = (pattern: string): ReadonlyArray<string> => {
  if (pattern === "") return []
  const absolute = pattern.startsWith("/")
  const parts = pattern.split("/").filter((part) => part !== "")
  let found: ReadonlyArray<string> = [absolute ? "/" : ""]
  for (const part of parts) {
    found = /[*?[]/.test(part)
      ? found.flatMap((base) => matches(base, part))
      : found.map((base) => below(base, part))
  }
  return found.filter((path) => path !== "" && exists(path)).sort((a, b) => (a < b ? -1 : 1))
}

/** `.` and `..` stay as they are: behind a link, `..` is not the directory before it. */
const below = (base: string, name: string): string =>
  base === "" || base.endsWith("/") ? base + name : `${base}/${name}`

const matches = (base: string, part: string): ReadonlyArray<string> => {
  const wanted = expression(part)
  return names(base === "" ? "." : base)
    .filter((name) => isShown(part, name) && wanted.test(name))
    .map((name) => below(base, name))
}

/** Whether one component of a pattern matches one of a path. */
export const matchesComponent = (part: string, name: string): boolean =>
  /[*?[]/.test(part) ? isShown(part, name) && expression(part).test(name) : part === name

const isShown = (part: string, name: string): boolean =>
  part.startsWith(".") || !name.startsWith(".")

/** fnmatch.translate: a `[` without its `]` is a literal; `]` right after `[` or `[!` is a member. */
const expression = (part: string): RegExp => {
  let source = ""
  for (let at = 0; at < part.length; at += 1) {
    const character = part.charAt(at)
    const set = character === "[" ? /^\[(!?)(\]?[^\]]*)\]/.exec(part.slice(at)) : null
    if (character === "*") source += ".*"
    else if (character === "?") source += "."
    else if (set !== null) {
      const [whole, not = "", members = ""] = set
      source += `[${not === "!" ? "^" : ""}${members.replace(/[\\\]^[]/g, "\\$&")}]`
      at += whole.length - 1
    } else source += character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")
  }
  return safeExpression(source)
}

/** A set with an inverted range (`[z-a]`) matches nothing. */
const safeExpression = (source: string): RegExp => {
  try {
    return new RegExp(`^${source}$`, "s")
  } catch {
    return /^(?!)/
  }
}

const names = (directory: string): ReadonlyArray<string> => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

const exists = (path: string): boolean => {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}

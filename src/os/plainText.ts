/** Whole small files as text, at once and without a runtime, for commands that must start fast. */
import { resolve } from "node:path"
import { nodeFs } from "./nodeFs.ts"

/** Null: it cannot be read. */
export const readTextFile = (path: string): string | null => {
  try {
    return nodeFs.readFileSync(path, "utf8")
  } catch {
    return null
  }
}

/** From the current directory; without `.`, `..`, doubled slashes and a slash at the end. */
export const wholePath = (path: string): string => resolve(path)

/** `~` and `~name` at the beginning; unchanged where no such user is known. */
export const withoutTilde = (path: string): string => {
  const [, name] = /^~([^/]*)/.exec(path) ?? []
  if (name === undefined) return path
  const home =
    name === ""
      ? (process.env["HOME"] ?? process.getBuiltinModule("node:os").homedir())
      : homeOf(name)
  return home === null ? path : home.replace(/\/+$/, "") + path.slice(name.length + 1) || "/"
}

const homeOf = (name: string): string | null => {
  const lines = (readTextFile("/etc/passwd") ?? "").split("\n").map((line) => line.split(":"))
  return lines.find(([login]) => login === name)?.[5] ?? null
}

/** The Node 20 of this machine, where there is one: what `reeve` is started by where a system's own Node is old. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"

let found: string | null | undefined

export const node20 = (): string | null => {
  if (found === undefined) {
    const directories = ["/usr/local/bin", ...(process.env["PATH"] ?? "").split(":")]
    found = directories.map((directory) => join(directory, "node")).find(isNode20) ?? null
  }
  return found
}

const isNode20 = (path: string): boolean =>
  existsSync(path) && spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.startsWith("v20.")

/** The same command by Node 20; null where there is none, or where it is no command of Node's. */
export const byNode20 = ([file = "", ...words]: ReadonlyArray<string>) => {
  const path = node20()
  return path === null || file !== process.execPath ? null : [path, ...words]
}

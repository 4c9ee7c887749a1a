import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { findUpwards } from "./findUpwards.ts"

/** Whether git works on the repository around `directory` at this moment: its index is locked (a checkout, a rebase). */
export const gitLocked = (directory: string): boolean => {
  try {
    const found = findUpwards(directory, ".git")
    if (found === null) return false
    const home = found.isDirectory ? found.path : linkedHome(found)
    return home !== null && existsSync(join(home, "index.lock"))
  } catch {
    return false
  }
}

/** In a work tree or a submodule `.git` is a file that names the directory. */
const linkedHome = (found: { readonly path: string; readonly directory: string }) => {
  const [, home] = /^gitdir: (.+)$/m.exec(readFileSync(found.path, "utf8")) ?? []
  return home === undefined ? null : resolve(found.directory, home)
}

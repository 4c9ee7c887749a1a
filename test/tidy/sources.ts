import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../../", import.meta.url))

export interface SourceFile {
  /** Relative to the project. */
  readonly path: string
  readonly text: string
}

/** Tracked and new TypeScript files below a folder. */
export const sources = (folder: string): ReadonlyArray<SourceFile> =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", folder], {
    cwd: root
  })
    .toString()
    .split("\n")
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(`${root}/${path}`, "utf8") }]
      } catch {
        return []
      }
    })

/** A target that is a package of Debian. */
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import type { Found } from "./Target.ts"

/** `files`: the commands of it that are used. */
export const findDebian = (name: string, files: ReadonlyArray<string>): Found => {
  const version = files.every((file) => existsSync(file)) ? versionOf(name) : null
  return version === null
    ? {
        isThere: false,
        install: `Install Debian's package: apt install --no-install-recommends ${name}`
      }
    : { isThere: true, version }
}

const versionOf = (name: string): string | null => {
  try {
    // Name and version, parted by a tab.
    const shown = execFileSync("dpkg-query", ["--show", name], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"]
    })
    return shown.trim().split("\t")[1] ?? null
  } catch {
    return null
  }
}

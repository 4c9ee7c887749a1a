/** Compiles the writer into a directory. It is in C because fifty of them must leave the processors to what is tried. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const source = fileURLToPath(new URL("./writer.c", import.meta.url))

/** Its path. */
export const compileWriter = (directory: string): string => {
  const path = join(directory, "writer")
  const ran = spawnSync("cc", ["-O2", "-o", path, source], { encoding: "utf8" })
  if (ran.error !== undefined) {
    throw new Error(`the trial needs a C compiler: cc cannot be run (${ran.error.message})`)
  }
  if (ran.status !== 0) throw new Error(`cc ${source}: ${ran.stderr}`)
  return path
}

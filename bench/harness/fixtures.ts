/** The programs that are run and the floor in C, compiled once a run. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export interface Fixtures {
  readonly stamp: string
  readonly write: string
  /** The floor in C. */
  readonly floor: string
}

const names = ["stamp", "write", "floor"] as const
let made: Fixtures | null = null

/** Fails in one sentence where there is no C compiler. */
export const fixtures = (): Fixtures => {
  if (made !== null) return made
  const directory = mkdtempSync(join(tmpdir(), "reeve-bench-fixtures-"))
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }))
  const [stamp, write, floor] = names.map((name) => compile(directory, name))
  made = { stamp: stamp ?? "", write: write ?? "", floor: floor ?? "" }
  return made
}

const compile = (directory: string, name: string): string => {
  const source = fileURLToPath(new URL(`../fixtures/${name}.c`, import.meta.url))
  const program = join(directory, name)
  const { error, status, stderr } = spawnSync("cc", ["-O2", "-o", program, source], {
    encoding: "utf8"
  })
  if (error !== undefined) throw new Error("bench needs a C compiler: apt install gcc libc6-dev")
  if (status !== 0) throw new Error(`${source} does not compile: ${stderr}`)
  return program
}

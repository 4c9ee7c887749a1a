/** The floor: `posix_spawn` and `waitpid`, and a pipe a program where there is output (fixtures/floor.c). */
import { execFileSync } from "node:child_process"
import { fixtures } from "../harness/fixtures.ts"
import type { Target } from "../harness/Target.ts"
import { launchBareLoop } from "./bareLoop.ts"

export const bareC: Target = {
  name: "bare C",
  find: async () => {
    try {
      const [version = ""] = execFileSync("cc", ["--version"], { encoding: "utf8" }).split("\n")
      return { isThere: true, version }
    } catch {
      return { isThere: false, install: "Install a C compiler: apt install gcc libc6-dev" }
    }
  },
  launch: async (site, load) => launchBareLoop([fixtures().floor], site, load)
}

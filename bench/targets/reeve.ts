/** `reeve supervisord` in supervisord's place: the same configuration, and Debian's client where that is what the user types. */
import { join } from "node:path"
import { commandOf, programsOf } from "../harness/Programs.ts"
import { runCommand } from "../harness/runCommand.ts"
import { startRoot } from "../harness/startRoot.ts"
import type { Target } from "../harness/Target.ts"
import { findReeve, reeveCommand } from "./reeveCommand.ts"
import { supervisorctlFile } from "./supervisord.ts"
import { socketOf, writeConfiguration } from "./supervisordIni.ts"

export const reeve: Target = {
  name: "reeve",
  find: findReeve,
  launch: async (site, load) => {
    const programs = programsOf(load)
    const file = writeConfiguration(site, load, programs)
    const state = join(site.directory, "state")
    const root = startRoot(site, [...reeveCommand, "supervisord", "-n", "-c", file], {
      REEVE_STATE_DIR: state
    })
    return {
      ...root,
      change: async (name, command) => {
        programs.set(name, commandOf(name, command))
        writeConfiguration(site, load, programs)
        await runCommand(site, [supervisorctlFile, "-c", file, "update"])
      },
      status: [...reeveCommand, "status", "--state-dir", state],
      xmlrpc: socketOf(site),
      stop: () => root.stopBy("SIGTERM")
    }
  }
}

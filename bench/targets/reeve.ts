/** `reeve supervisord` in supervisord's place: the same configuration, and Debian's client where that is what the user types. */
import { join } from "node:path"
import { commandOf, programsOf } from "../harness/Programs.ts"
import { runCommand } from "../harness/runCommand.ts"
import { startRoot } from "../harness/startRoot.ts"
import type { Target } from "../harness/Target.ts"
import { findReeve, reeveCommand, versionCommand } from "./reeveCommand.ts"
import { supervisorctlFile } from "./supervisord.ts"
import { socketOf, writeConfiguration } from "./supervisordIni.ts"

export const reeve: Target = {
  name: "reeve",
  find: findReeve,
  versionCommand,
  launch: async (site, load) => {
    const programs = programsOf(load)
    const file = writeConfiguration(site, load, programs)
    const root = startRoot(site, [...reeveCommand, "supervisord", "-n", "-c", file], {
      REEVE_STATE_DIR: join(site.directory, "state")
    })
    return {
      ...root,
      change: async (name, command) => {
        programs.set(name, commandOf(name, command))
        writeConfiguration(site, load, programs)
        await runCommand(site, [supervisorctlFile, "-c", file, "update"])
      },
      // In supervisord's place it has supervisord's client, and no other.
      status: [...reeveCommand, "supervisorctl", "-c", file, "status"],
      xmlrpc: socketOf(site),
      stop: () => root.stopBy("SIGTERM")
    }
  }
}

/** `reeve supervisord` in supervisord's place: the same configuration, and Debian's client where that is what the user types. */
import { programsOf } from "../harness/Programs.ts"
import { startRoot } from "../harness/startRoot.ts"
import type { Target } from "../harness/Target.ts"
import { findReeve, reeveCommand, versionCommand } from "./reeveCommand.ts"
import { makeState } from "./reeveState.ts"
import { socketOf, writeConfiguration } from "./supervisordIni.ts"
import { updateBySupervisorctl } from "./updateBySupervisorctl.ts"

export const reeve: Target = {
  name: "reeve",
  find: findReeve,
  versionCommand,
  launch: async (site, load) => {
    const programs = programsOf(load)
    const file = writeConfiguration(site, load, programs)
    const root = startRoot(site, [...reeveCommand, "supervisord", "-n", "-c", file], {
      REEVE_STATE_DIR: makeState(site)
    })
    return {
      ...root,
      change: updateBySupervisorctl(site, load, programs, file),
      // In supervisord's place it has supervisord's client, and no other.
      status: [...reeveCommand, "supervisorctl", "-c", file, "status"],
      xmlrpc: socketOf(site),
      stop: () => root.stopBy("SIGTERM")
    }
  }
}

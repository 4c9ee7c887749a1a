/** `reeve supervisord` in supervisord's place: the same configuration, and `reeve supervisorctl` in its client's. */
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
    const client = [...reeveCommand, "supervisorctl", "-c", file]
    return {
      ...root,
      change: updateBySupervisorctl({ load, programs, site }, client),
      status: [...client, "status"],
      xmlrpc: socketOf(site),
      stop: () => root.stopBy("SIGTERM")
    }
  }
}

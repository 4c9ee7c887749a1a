/** Debian's supervisord. */
import { findDebian } from "../harness/findDebian.ts"
import { programsOf } from "../harness/Programs.ts"
import { startRoot } from "../harness/startRoot.ts"
import type { Target } from "../harness/Target.ts"
import { socketOf, writeConfiguration } from "./supervisordIni.ts"
import { supervisorctlFile, updateBySupervisorctl } from "./updateBySupervisorctl.ts"

const supervisordFile = "/usr/bin/supervisord"

export const supervisord: Target = {
  name: "supervisord",
  find: async () => findDebian("supervisor", [supervisordFile, supervisorctlFile]),
  versionCommand: [supervisordFile, "--version"],
  launch: async (site, load) => {
    const programs = programsOf(load)
    const file = writeConfiguration(site, load, programs)
    const client = [supervisorctlFile, "-c", file]
    const root = startRoot(site, [supervisordFile, "-n", "-c", file])
    return {
      ...root,
      change: updateBySupervisorctl({ load, programs, site }, client),
      status: [...client, "status"],
      xmlrpc: socketOf(site),
      // As init systems and containers do it; `supervisorctl shutdown` would add the start of Python.
      stop: () => root.stopBy("SIGTERM")
    }
  }
}

import { commandOf, type Programs } from "../harness/Programs.ts"
import { runCommand } from "../harness/runCommand.ts"
import type { Site } from "../harness/Site.ts"
import type { Load, Running } from "../harness/Target.ts"
import { writeConfiguration } from "./supervisordIni.ts"

export const supervisorctlFile = "/usr/bin/supervisorctl"

/** The configuration is written anew, and Debian's client tells of it: what the user types, with supervisord and in its place. */
export const updateBySupervisorctl =
  (site: Site, load: Load, programs: Programs, file: string): NonNullable<Running["change"]> =>
  async (name, command) => {
    programs.set(name, commandOf(name, command))
    writeConfiguration(site, load, programs)
    await runCommand(site, [supervisorctlFile, "-c", file, "update"])
  }

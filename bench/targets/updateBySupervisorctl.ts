import { commandOf, type Programs } from "../harness/Programs.ts"
import { runCommand } from "../harness/runCommand.ts"
import type { Site } from "../harness/Site.ts"
import type { Load, Running } from "../harness/Target.ts"
import { writeConfiguration } from "./supervisordIni.ts"

export const supervisorctlFile = "/usr/bin/supervisorctl"

/** The configuration is written anew, and `supervisorctl update` tells of it: by the client that comes with the server. */
export const updateBySupervisorctl =
  (
    {
      load,
      programs,
      site
    }: { readonly load: Load; readonly programs: Programs; readonly site: Site },
    client: ReadonlyArray<string>
  ): NonNullable<Running["change"]> =>
  async (name, command) => {
    programs.set(name, commandOf(name, command))
    writeConfiguration(site, load, programs)
    await runCommand(site, [...client, "update"])
  }

/**
 * runit, of Debian's package, in a directory of its own: `runsvdir` with a `runsv` a program, and an `svlogd` each where there is
 * output. It knows no time to come up: `runsv` waits a second before it starts what has lived less than one.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { childrenOf, untilGone } from "../harness/endTree.ts"
import { findDebian } from "../harness/findDebian.ts"
import { commandOf, programsOf } from "../harness/Programs.ts"
import { runCommand } from "../harness/runCommand.ts"
import type { Site } from "../harness/Site.ts"
import { startRoot } from "../harness/startRoot.ts"
import type { Load, Target } from "../harness/Target.ts"
import { quoted, writeScript } from "../harness/writeScript.ts"
import { writeRun } from "./writeRun.ts"

const files = { runsvdir: "/usr/bin/runsvdir", sv: "/usr/bin/sv", svlogd: "/usr/bin/svlogd" }

export const runit: Target = {
  name: "runit",
  find: async () => findDebian("runit", Object.values(files)),
  launch: async (site, load) => {
    const services = join(site.directory, "services")
    for (const [name, command] of programsOf(load)) {
      writeService(services, name, command, load)
      if (load.output === "files") writeLogger(services, name, site, load)
    }
    mkdirSync(services, { recursive: true })
    // As Debian starts it: each runsv in a session of its own.
    const root = startRoot(site, [files.runsvdir, "-P", services])
    return {
      ...root,
      change: async (name, command) => {
        writeRun(services, name, commandOf(name, command), load)
        await runCommand(site, [files.sv, "restart", join(services, name)])
      },
      status: ["/bin/sh", "-c", `exec ${files.sv} status ${quoted([services])}/*`],
      xmlrpc: null,
      // It does not wait for those that it tells to end.
      stop: async () => {
        const supervisors = childrenOf(root.root)
        await root.stopBy("SIGHUP")
        await untilGone(supervisors)
      }
    }
  }
}

const writeService = (
  services: string,
  name: string,
  command: ReadonlyArray<string>,
  load: Load
): void => {
  mkdirSync(join(services, name), { recursive: true })
  writeRun(services, name, command, load)
  if (!load.restarts) writeScript(join(services, name, "finish"), `exec ${files.sv} down .`)
}

const writeLogger = (services: string, name: string, site: Site, { rotateBytes }: Load): void => {
  const logs = join(site.logs, name)
  mkdirSync(logs)
  writeFileSync(join(logs, "config"), `s${rotateBytes ?? 0}\nn3\n`)
  mkdirSync(join(services, name, "log"))
  writeScript(join(services, name, "log/run"), `exec ${files.svlogd} ${quoted([logs])}`)
}

/**
 * s6, of Debian's package: `s6-svscan` with an `s6-supervise` a program, and an `s6-log` each where there is output. It knows
 * no time to come up: a program is started at most once a second. Its run scripts are the shell's, as the package has no execline
 * with it.
 */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { findDebian } from "../harness/findDebian.ts"
import { commandOf, programsOf } from "../harness/Programs.ts"
import { runCommand } from "../harness/runCommand.ts"
import type { Site } from "../harness/Site.ts"
import { startRoot } from "../harness/startRoot.ts"
import type { Load, Target } from "../harness/Target.ts"
import { quoted, writeScript } from "../harness/writeScript.ts"
import { writeRun } from "./writeRun.ts"

const files = {
  svscan: "/usr/bin/s6-svscan",
  svscanctl: "/usr/bin/s6-svscanctl",
  svc: "/usr/bin/s6-svc",
  svstat: "/usr/bin/s6-svstat",
  log: "/usr/bin/s6-log"
}

/** The most that s6-log takes as the size of a file: it has no "never". */
const largestFile = 268_435_455

/** From `finish` it means that there is no sense in another start. */
const permanentFailure = 125

export const s6: Target = {
  name: "s6",
  find: async () => findDebian("s6", Object.values(files)),
  launch: async (site, load) => {
    const services = join(site.directory, "services")
    mkdirSync(services)
    for (const [name, command] of programsOf(load)) {
      mkdirSync(join(services, name))
      writeRun(services, name, command, load)
      if (!load.restarts) {
        writeScript(join(services, name, "finish"), `exit ${permanentFailure}`)
      }
      if (load.output === "files") writeLogger(services, name, site, load)
    }
    // Of each program with a logger it counts two.
    const room = String(load.count * 2 + 16)
    const root = startRoot(site, [files.svscan, "-c", room, services])
    return {
      ...root,
      change: async (name, command) => {
        writeRun(services, name, commandOf(name, command), load)
        await runCommand(site, [files.svc, "-r", join(services, name)])
      },
      // One program at a time is all that there is: a user has a loop.
      status: [
        "/bin/sh",
        "-c",
        `for one in ${quoted([services])}/*; do printf '%s ' "$one"; ${files.svstat} "$one"; done`
      ],
      xmlrpc: null,
      stop: async () => {
        await runCommand(site, [files.svscanctl, "-t", services])
        await root.ended
      }
    }
  }
}

const writeLogger = (services: string, name: string, site: Site, { rotateBytes }: Load): void => {
  mkdirSync(join(services, name, "log"))
  writeScript(
    join(services, name, "log/run"),
    `exec ${files.log} n3 s${rotateBytes ?? largestFile} ${quoted([join(site.logs, name)])}`
  )
}

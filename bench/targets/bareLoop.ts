/** What both floors have in common: the list of programs, and the signals. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { commandOf, type Programs, programsOf } from "../harness/Programs.ts"
import type { Site } from "../harness/Site.ts"
import { startRoot } from "../harness/startRoot.ts"
import type { Launched, Load } from "../harness/Target.ts"

/** `loop`: the command that takes LIST LOGS ROTATE RESTARTS. */
export const launchBareLoop = (loop: ReadonlyArray<string>, site: Site, load: Load): Launched => {
  const programs = programsOf(load)
  const list = join(site.directory, "list")
  writeFileSync(list, listText(programs))
  const root = startRoot(site, [
    ...loop,
    list,
    load.output === "files" ? site.logs : "-",
    String(load.rotateBytes ?? 0),
    load.restarts ? "1" : "0"
  ])
  return {
    ...root,
    change: async (name, command) => {
      programs.set(name, commandOf(name, command))
      writeFileSync(list, listText(programs))
      process.kill(root.root, "SIGHUP")
    },
    status: null,
    xmlrpc: null,
    stop: () => root.stopBy("SIGTERM")
  }
}

const listText = (programs: Programs): string =>
  [...programs].map(([name, command]) => `${[name, ...command].join("\t")}\n`).join("")

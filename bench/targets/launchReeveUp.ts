/** `reeve up` on a directory of programs, in the foreground and quiet, as it is run as a service. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { askUnix } from "../harness/askUnix.ts"
import { commandOf, type Programs, programsOf } from "../harness/Programs.ts"
import { runCommand } from "../harness/runCommand.ts"
import type { Site } from "../harness/Site.ts"
import { startRoot } from "../harness/startRoot.ts"
import type { Launched, Load } from "../harness/Target.ts"
import { reeveCommand } from "./reeveCommand.ts"
import { makeState } from "./reeveState.ts"

export interface Declared {
  /** Name of the file that declares all programs. */
  readonly file: string
  readonly text: (programs: Programs) => string
}

export const launchReeveUp = (site: Site, load: Load, { file, text }: Declared): Launched => {
  const programs = programsOf(load)
  const directory = join(site.disk, "programs")
  const stateDirectory = makeState(site)
  const state = ["--state-dir", stateDirectory]
  const socket = join(stateDirectory, "run/reeve.sock")
  const save = () => writeFileSync(join(directory, file), text(programs))
  mkdirSync(directory)
  save()
  const root = startRoot(site, [...reeveCommand, "up", directory, ...state, "--quiet"])
  const holdSaves = join(directory, "reeve.ts")
  const apply = () => runCommand(site, [...reeveCommand, "apply", ...state])
  return {
    ...root,
    // The save is all that a user does.
    change: async (name, command) => {
      programs.set(name, commandOf(name, command))
      save()
    },
    // Saves wait meanwhile, until they are planned; the plan is applied over reeve's socket, without the start of a client.
    applyPlan: async (name, command) => {
      writeFileSync(holdSaves, manual)
      await apply()
      programs.set(name, commandOf(name, command))
      save()
      await untilPlanned(socket)
      const { plan, desired } = JSON.parse(await askUnix(socket, "/v1/plan?content=true", null))
      const body = JSON.stringify({
        who: "bench",
        protectedToo: false,
        wait: true,
        saved: { desired, basis: plan.basis }
      })
      const at = process.hrtime.bigint()
      await askUnix(socket, "/v1/apply", body)
      rmSync(holdSaves)
      await apply()
      return at
    },
    plan: [...reeveCommand, "plan", ...state],
    status: [...reeveCommand, "status", ...state],
    xmlrpc: socket,
    stop: () => root.stopBy("SIGTERM")
  }
}

const manual = `import { defineSupervisor } from "reeve"

export default defineSupervisor({ apply: "manual" })
`

const plannedSeconds = 60

/** The daemon has seen the save, has planned it and holds it back: nothing of that goes on beside the apply. */
const untilPlanned = async (socket: string): Promise<void> => {
  const end = performance.now() + plannedSeconds * 1_000
  while (performance.now() < end) {
    const { pending, phase } = JSON.parse(await askUnix(socket, "/v1/reconciler", null))
    if (pending !== null && phase === "idle") return
    await pause(20)
  }
  throw new Error(`reeve did not plan the save in ${plannedSeconds} s`)
}

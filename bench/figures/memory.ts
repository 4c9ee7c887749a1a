/**
 * Memory of all of a target's processes after five seconds of quiet, with no program and with 1,000. Beside reeve's stand two
 * Node processes that do nothing, measured in the same run: what no supervisor of a daemon and a keeper in Node can be below.
 */
import { setTimeout as pause } from "node:timers/promises"
import type { Figure, Goal, Metric, Scale } from "../harness/Figure.ts"
import { compared } from "../harness/goals.ts"
import { allBegun, fewer, rootOf, stamping } from "../harness/loads.ts"
import { memoryOf } from "../harness/memoryOf.ts"
import { ownProcesses } from "../harness/ownProcesses.ts"
import type { Site } from "../harness/Site.ts"
import { startRoot } from "../harness/startRoot.ts"
import type { Target } from "../harness/Target.ts"
import { withRunning } from "../harness/withRunning.ts"
import { withSite } from "../harness/withSite.ts"
import { everyone } from "./names.ts"

const full = 1_000
const factor = 1.7
const kBPerProgram = 20
const row = "memory (PSS, all of its own processes)"

const goal = (text: string, allowanceMB: number): Goal => ({
  text,
  isMet: (medians) =>
    compared(
      medians("reeve"),
      medians("reeve", "memory.twoNodes"),
      (ours, nodes) => ours <= factor * nodes + allowanceMB
    )
})

const metric = (
  id: string,
  title: string,
  unit: Metric["unit"],
  ...goals: ReadonlyArray<Goal>
): Metric => ({ id, title, unit, better: "less", goals })

const twoBare = `at most ${factor} × two bare Node processes`

export const memory: Figure = {
  id: "memory",
  row,
  metrics: [
    metric("memory.none", `${row}, no program`, "MB", goal(twoBare, 0)),
    metric(
      "memory.1000",
      `${row}, 1,000 programs`,
      "MB",
      goal(`${twoBare} and ${kBPerProgram} kB per program`, (kBPerProgram * full) / 1e3)
    ),
    metric("memory.perProgram", "memory per program, of 1,000", "kB"),
    metric("memory.twoNodes", "two bare Node processes that do nothing", "MB")
  ],
  targets: everyone,
  measure: async (target, site, scale) => {
    const count = fewer(scale, full)
    const none = await withPrograms(target, site, 0, scale)
    const many = await withSite((other) => withPrograms(target, other, count, scale))
    const values = {
      "memory.none": none,
      "memory.1000": many,
      "memory.perProgram": ((many - none) * 1e3) / count
    }
    if (!target.name.startsWith("reeve")) return values
    const nodes = await withSite((other) => withPrograms(twoNodes, other, 0, scale))
    return { ...values, "memory.twoNodes": nodes }
  }
}

const quiet = (scale: Scale) => pause(scale === "short" ? 500 : 5_000)

const withPrograms = (
  target: Pick<Target, "launch">,
  site: Site,
  count: number,
  scale: Scale
): Promise<number> =>
  withRunning(target, site, stamping(site, count), async (running) => {
    await allBegun(site, count)
    const root = await rootOf(running)
    await quiet(scale)
    const own = ownProcesses(root)
    const bytes = memoryOf(own)
    if (bytes === 0) throw new Error(`its processes are gone: ${own.join(" ")}`)
    return bytes / 1e6
  })

const twoNodes: Pick<Target, "launch"> = {
  launch: async (site) => {
    const idle = `'${process.execPath}' -e 'setInterval(() => undefined, 1 << 30)'`
    const root = startRoot(site, ["/bin/sh", "-c", `${idle} & exec ${idle}`])
    return {
      ...root,
      change: null,
      status: null,
      xmlrpc: null,
      stop: () => root.stopBy("SIGKILL")
    }
  }
}

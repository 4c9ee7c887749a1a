/** What a target takes while 100 programs run and nothing happens: after five seconds of quiet, over thirty. */
import { setTimeout as pause } from "node:timers/promises"
import type { Figure } from "../harness/Figure.ts"
import { atMost } from "../harness/goals.ts"
import { allBegun, fewer, rootOf, stamping } from "../harness/loads.ts"
import { usageOf, usedSince } from "../harness/ownProcesses.ts"
import { withRunning } from "../harness/withRunning.ts"
import { everyone } from "./names.ts"

const row = "idle with 100 programs, 30 s"

export const idle: Figure = {
  id: "idle",
  row,
  metrics: [
    {
      id: "idle.cpu",
      title: `${row}: CPU`,
      unit: "ms",
      better: "less",
      goals: [atMost(0.3, "supervisord")]
    },
    {
      id: "idle.switches",
      title: `${row}: context switches`,
      unit: "count",
      better: "less",
      goals: [atMost(0.3, "supervisord")]
    }
  ],
  targets: everyone,
  measure: (target, site, scale) => {
    const count = fewer(scale, 100)
    const [quietMs, ms] = scale === "short" ? [500, 2_000] : [5_000, 30_000]
    return withRunning(target, site, stamping(site, count), async (running) => {
      await allBegun(site, count)
      const root = await rootOf(running)
      await pause(quietMs)
      const before = usageOf(root)
      await pause(ms)
      const { cpuNs, switches } = usedSince(root, before)
      return { "idle.cpu": cpuNs / 1e6, "idle.switches": switches }
    })
  }
}

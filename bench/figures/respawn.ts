/**
 * From just before a SIGKILL to the stamp of the process that follows. A few programs are killed by turns, so that each has been
 * up for longer than the second after which everybody takes it for started, and quiet lies between one and the next.
 */
import { setTimeout as pause } from "node:timers/promises"
import type { Figure } from "../harness/Figure.ts"
import { atMost } from "../harness/goals.ts"
import { allBegun, fewer, msBetween, now, settled, stamping } from "../harness/loads.ts"
import type { Site } from "../harness/Site.ts"
import { percentile } from "../harness/statistics.ts"
import { withRunning } from "../harness/withRunning.ts"
import { everyone } from "./names.ts"

const programs = 10
const quietMs = 150
const patienceSeconds = 30
const row = "respawn after SIGKILL"

export const respawn: Figure = {
  id: "respawn",
  row,
  metrics: [
    {
      id: "respawn.p50",
      title: `${row}, p50`,
      unit: "ms",
      better: "less",
      goals: [atMost(1.5, "bare Node")]
    },
    {
      id: "respawn.p99",
      title: `${row}, p99`,
      unit: "ms",
      better: "less",
      goals: [atMost(1.5, "bare Node")]
    }
  ],
  targets: everyone,
  measure: (target, site, scale) => {
    const kills = scale === "short" ? 2 : 200
    const count = fewer(scale, programs)
    return withRunning(target, site, stamping(site, count), async () => {
      const first = await allBegun(site, count)
      const pids = new Map(first.map(({ name, pid }) => [name, pid]))
      await settled(scale)
      const times: Array<number> = []
      for (let kill = 0; kill < kills; kill++) {
        times.push(await respawned(site, `p${kill % count}`, pids))
        await pause(quietMs)
      }
      return { "respawn.p50": percentile(times, 0.5), "respawn.p99": percentile(times, 0.99) }
    })
  }
}

/** Milliseconds; notes the new pid. */
const respawned = async (site: Site, name: string, pids: Map<string, number>): Promise<number> => {
  const old = pids.get(name)
  if (old === undefined) throw new Error(`no process of ${name}`)
  const from = now()
  process.kill(old, "SIGKILL")
  const isNext = (stamp: { readonly at: bigint; readonly name: string }) =>
    stamp.name === name && stamp.at > from
  const stamps = await site.stamps.until(
    `successor of ${name}`,
    (all) => all.some(isNext),
    patienceSeconds
  )
  const next = stamps.find(isNext)
  if (next === undefined) throw new Error(`no successor of ${name}`)
  pids.set(name, next.pid)
  return msBetween(from, next.at)
}

/**
 * From the request of an orderly stop to the moment when the target and its 500 programs, which end at once on TERM, are gone.
 */
import type { Figure } from "../harness/Figure.ts"
import { atMost } from "../harness/goals.ts"
import { allBegun, fewer, msBetween, now, settled, stamping } from "../harness/loads.ts"
import { withRunning } from "../harness/withRunning.ts"
import { everyone } from "./names.ts"

const full = 500
const title = "orderly stop of 500"

export const stop: Figure = {
  id: "stop",
  row: title,
  metrics: [{ id: "stop", title, unit: "ms", better: "less", goals: [atMost(0.1, "supervisord")] }],
  targets: everyone,
  measure: (target, site, scale) => {
    const count = fewer(scale, full)
    return withRunning(target, site, stamping(site, count), async (running) => {
      await allBegun(site, count)
      await settled(scale)
      const from = now()
      await running.stop()
      const ms = msBetween(from, now())
      const left = site.stamps.all().filter(({ pid }) => isAlive(pid))
      if (left.length > 0) throw new Error(`${left.length} programs outlive the stop`)
      return { stop: ms }
    })
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

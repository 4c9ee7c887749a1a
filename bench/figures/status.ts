/** The command that prints the state of all programs, from spawn to exit: median of nine, with 10, 200 and 1,000 programs. */
import type { Figure, Metric } from "../harness/Figure.ts"
import { atMost } from "../harness/goals.ts"
import { allBegun, fewer, settled, stamping } from "../harness/loads.ts"
import { byNode20 } from "../harness/node20.ts"
import { wallTime } from "../harness/wallTime.ts"
import { withRunning } from "../harness/withRunning.ts"
import { statusPrinters } from "./names.ts"

const statusFigure = (full: number, factor: number): Figure => {
  const id = `status.${full}`
  const title = `\`status\` command wall time, ${full.toLocaleString("en")} programs`
  const metric = (of: Pick<Metric, "id" | "title" | "goals">): Metric => ({
    ...of,
    unit: "ms",
    better: "less"
  })
  return {
    id,
    row: "`status` command wall time",
    metrics: [
      metric({ id, title, goals: [atMost(factor, "supervisord")] }),
      metric({ id: `${id}.node20`, title: `${title}, started by Node 20`, goals: [] })
    ],
    targets: statusPrinters,
    measure: (target, site, scale) => {
      const count = fewer(scale, full)
      const times = scale === "short" ? 1 : 9
      return withRunning(target, site, stamping(site, count), async ({ status }) => {
        // It has no such command.
        if (status === null) return {}
        await allBegun(site, count)
        await settled(scale)
        const check = (stdout: string) => tellsOf(count, stdout)
        const values = { [id]: wallTime(status, times, check) }
        const older = target.name.startsWith("reeve") ? byNode20(status) : null
        if (older === null) return values
        return { ...values, [`${id}.node20`]: wallTime(older, times, check) }
      })
    }
  }
}

const tellsOf = (count: number, stdout: string): void => {
  const known = new Set(stdout.match(/\bp\d+\b/g))
  if (known.size < count) throw new Error(`status tells of ${known.size} programs of ${count}`)
}

export const statuses: ReadonlyArray<Figure> = [
  statusFigure(10, 0.5),
  statusFigure(200, 0.4),
  statusFigure(1_000, 0.15)
]

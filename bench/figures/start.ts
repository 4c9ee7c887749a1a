/** From just before the launch command is spawned to the stamp of the last of 1,000 programs. */
import type { Figure, Goal } from "../harness/Figure.ts"
import { atMost } from "../harness/goals.ts"
import { allBegun, fewer, latest, msBetween, stamping } from "../harness/loads.ts"
import type { Load } from "../harness/Target.ts"
import { withRunning } from "../harness/withRunning.ts"
import { everyone } from "./names.ts"

const full = 1_000

const startFigure = (
  id: string,
  title: string,
  output: Load["output"],
  goals: ReadonlyArray<Goal>
): Figure => ({
  id,
  row: title,
  metrics: [{ id, title, unit: "ms", better: "less", goals }],
  targets: everyone,
  measure: (target, site, scale) => {
    const count = fewer(scale, full)
    return withRunning(target, site, stamping(site, count, { output }), async ({ launchedAt }) => {
      const stamps = await allBegun(site, count)
      return { [id]: msBetween(launchedAt, latest(stamps.map(({ at }) => at))) }
    })
  }
})

export const starts: ReadonlyArray<Figure> = [
  startFigure("start", "1,000 programs running after launch, no logs", "none", [
    atMost(0.12, "supervisord"),
    atMost(1.2, "runit")
  ]),
  startFigure("start.files", "1,000 programs running after launch, output to files", "files", [
    atMost(0.2, "supervisord"),
    atMost(1, "runit")
  ])
]

/**
 * 200 programs write 1,000 lines a second each, for ten seconds: what the target itself takes of the processors, and lost lines.
 */
import type { Figure, Goal } from "../harness/Figure.ts"
import { atMost, compared } from "../harness/goals.ts"
import { fewer } from "../harness/loads.ts"
import { linesIn } from "../harness/outputFiles.ts"
import { whileWriting } from "../harness/writing.ts"
import { everyone } from "./names.ts"

const block = 100
const rate = 1_000
const row = "200 programs × 1,000 lines/s, 10 s"

const nothingLost: Goal = {
  text: "nothing lost",
  isMet: (medians) => compared(medians("reeve"), 0, (lost, none) => lost === none)
}

export const lines: Figure = {
  id: "lines",
  row,
  metrics: [
    {
      id: "lines.cpu",
      title: `${row}: CPU`,
      unit: "s",
      better: "less",
      goals: [atMost(0.2, "supervisord")]
    },
    {
      id: "lines.lost",
      title: `${row}: lines lost`,
      unit: "count",
      better: "less",
      goals: [nothingLost]
    }
  ],
  targets: everyone,
  measure: (target, site, scale) => {
    const count = fewer(scale, 200)
    const linesOfEach = rate * (scale === "short" ? 1 : 10)
    const writers = { count, block, total: linesOfEach * block, rate, rotateBytes: null }
    return whileWriting(target, site, writers, ({ cpuSeconds }) => ({
      "lines.cpu": cpuSeconds,
      "lines.lost": count * linesOfEach - linesIn(site)
    }))
  }
}

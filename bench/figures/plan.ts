/** `reeve plan` with 1,000 programs that are as they are declared, from spawn to exit. */
import type { Figure } from "../harness/Figure.ts"
import { below } from "../harness/goals.ts"
import { allBegun, fewer, settled, stamping } from "../harness/loads.ts"
import { wallTime } from "../harness/wallTime.ts"
import { withRunning } from "../harness/withRunning.ts"

export const plan: Figure = {
  id: "plan",
  row: "`reeve --version`; `reeve plan` with nothing to do",
  metrics: [
    {
      id: "plan",
      title: "`reeve plan` with nothing to do, 1,000 programs",
      unit: "ms",
      better: "less",
      goals: [below(400, "ms", "reeve typed")]
    }
  ],
  targets: ["reeve up", "reeve typed"],
  measure: (target, site, scale) => {
    const count = fewer(scale, 1_000)
    return withRunning(target, site, stamping(site, count), async ({ plan: command }) => {
      if (command === undefined) throw new Error("it has no plan to print")
      await allBegun(site, count)
      await settled(scale)
      return { plan: wallTime(command, scale === "short" ? 1 : 9) }
    })
  }
}

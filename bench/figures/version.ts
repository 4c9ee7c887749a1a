/** How long the shortest command takes, from spawn to exit: `--version`, and for bare Node a program that does nothing. */
import type { Figure } from "../harness/Figure.ts"
import { atMost } from "../harness/goals.ts"
import { byNode20 } from "../harness/node20.ts"
import type { Target } from "../harness/Target.ts"
import { wallTime } from "../harness/wallTime.ts"

const title = "`--version` (bare Node: `node -e 0`)"

export const version: Figure = {
  id: "version",
  row: "`reeve --version`; `reeve plan` with nothing to do",
  metrics: [
    { id: "version", title, unit: "ms", better: "less", goals: [atMost(0.4, "supervisord")] },
    {
      id: "version.node20",
      title: "`reeve --version`, started by Node 20",
      unit: "ms",
      better: "less",
      goals: []
    }
  ],
  targets: ["supervisord", "reeve", "PM2", "process-compose", "bare Node"],
  measure: async (target, _site, scale) => {
    const command = commandOf(target)
    if (command === null) return {}
    const times = scale === "short" ? 1 : 15
    const older = target.name === "reeve" ? byNode20(command) : null
    const values = { version: wallTime(command, times) }
    return older === null ? values : { ...values, "version.node20": wallTime(older, times) }
  }
}

const commandOf = ({ name, versionCommand }: Target): ReadonlyArray<string> | null =>
  name === "bare Node" ? [process.execPath, "-e", "0"] : (versionCommand ?? null)

import { it } from "vitest"
import { commandScenario } from "./world/commandScenario.ts"
import { simulate } from "./world/simulate.ts"

it("tries", async () => {
  const from = Number(process.env["FROM"] ?? 1)
  const n = Number(process.env["N"] ?? 50)
  const t = performance.now()
  let bad = 0
  for (let seed = from; seed < from + n; seed++) {
    const run = await simulate(seed, commandScenario)
    if (run.violations.length > 0) {
      bad++
      if (bad <= 3) {
        console.log(`seed ${seed}:\n  ${run.violations.join("\n  ")}`)
        if (n === 1) console.log(run.trace.join("\n"))
      }
    }
  }
  console.log("bad", bad, "of", n, (performance.now() - t) / n, "ms per seed")
})

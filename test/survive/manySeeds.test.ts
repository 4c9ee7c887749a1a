import { describe, it } from "vitest"
import { runSeeds } from "../sim/world/seeds.ts"

/** Beyond those that `npm test` runs. */
const seeds = Array.from({ length: 120 }, (_, index) => 1_001 + index)

describe("more runs of the simulation leave nothing wrong", () => {
  for (const scenario of ["commands", "daemon", "graph", "overlap"] as const) {
    it(scenario, { timeout: 600_000 }, async () => {
      await runSeeds(scenario, seeds)
    })
  }
})

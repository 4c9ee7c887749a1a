import { it } from "vitest"
import { runSeeds } from "../sim/world/seeds.ts"

/** Beyond those that `npm test` runs. */
const seeds = Array.from({ length: 300 }, (_, index) => 1_001 + index)

it("hundreds of runs of commands, of the daemon and of programs that need each other leave nothing wrong", async () => {
  await runSeeds("commands", seeds)
  await runSeeds("daemon", seeds)
  await runSeeds("graph", seeds)
})

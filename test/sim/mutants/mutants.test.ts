import { assert, describe, it } from "vitest"
import { mutants } from "../world/mutants.ts"
import { filesOf, scenarios, seedsOf } from "../world/seeds.ts"
import { simulate } from "../world/simulate.ts"

describe("the simulation finds a daemon that", () => {
  for (const { name, plant, scenario } of mutants) {
    it(name, async () => {
      const parts = Array.from({ length: filesOf[scenario] }, (_, part) => part)
      for (const seed of parts.flatMap((part) => seedsOf(scenario, part))) {
        const { violations } = await simulate(seed, scenarios[scenario], plant)
        if (violations.length > 0) return
      }
      assert.fail("no seed found it")
    })
  }
})

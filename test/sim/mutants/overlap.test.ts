import { assert, describe, it } from "vitest"
import { overlapMutants } from "../overlap/overlapMutants.ts"
import { overlapRun } from "../overlap/overlapRun.ts"
import { seedsOf } from "../world/seeds.ts"

describe("the simulation of overlap finds a daemon that", () => {
  for (const { first, name, plant } of overlapMutants) {
    it(name, async () => {
      for (const seed of [first, ...seedsOf("overlap", 0)]) {
        const { violations } = await overlapRun(seed, plant)
        if (violations.length > 0) return
      }
      assert.fail("no seed found it")
    })
  }
})

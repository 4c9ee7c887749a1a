import { assert } from "vitest"
import { faultsOf, type Mode } from "./Facts.ts"
import { shortLoad } from "./programs.ts"
import { reportOf } from "./report.ts"
import { runTrial } from "./runTrial.ts"

/** Plays the trial in short, and asserts that nothing is wrong and that it was one. */
export const isSound = async (mode: Mode, blows: number, inBursts: number, calmBursts = 0) => {
  const outcome = await runTrial({
    mode,
    blows,
    inBursts,
    mostBytes: 1e9,
    calm: { bursts: calmBursts, ms: calmBursts * 1_000 },
    load: shortLoad,
    told: () => undefined
  })
  assert.deepEqual(faultsOf(outcome.facts), [], reportOf(outcome))
  assert.strictEqual(outcome.facts.blows, blows)
  assert.isAtLeast(outcome.facts.blowsInBursts, inBursts - 1)
  assert.isAbove(outcome.facts.lives, shortLoad.programs)
  assert.isAbove(outcome.facts.rotations, 0)
}

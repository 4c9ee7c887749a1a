import { assert, it } from "vitest"
import { explain, tryAll } from "../sim/crash/world/everyPoint.ts"
import { probed } from "../sim/crash/world/stories.ts"

it("the death of a daemon at any call while it probes leaves nothing wrong, and restarts nothing without need", async () => {
  const { failed, trials } = await tryAll(probed)
  if (failed !== null) assert.fail(explain(failed.trial, failed.run))
  assert.isAbove(trials, 100)
})

import { assert, it } from "vitest"
import { explain, tryAll } from "../sim/crash/world/everyPoint.ts"
import { hooks } from "../sim/crash/world/stories.ts"

it("the death of a daemon around hooks, at each third call, leaves nothing wrong", async () => {
  const { failed, trials } = await tryAll(hooks, { every: 3 })
  if (failed !== null) assert.fail(explain(failed.trial, failed.run))
  assert.isAbove(trials, 90)
})

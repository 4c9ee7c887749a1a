import { assert, it } from "vitest"
import { explain, tryAll } from "../sim/crash/world/everyPoint.ts"
import { tasks } from "../sim/crash/world/tasksStory.ts"

it("the death of a daemon around tasks, before and after each call, repeats none and forgets none", async () => {
  const { failed, trials } = await tryAll(tasks)
  if (failed !== null) assert.fail(explain(failed.trial, failed.run))
  assert.isAbove(trials, 100)
})

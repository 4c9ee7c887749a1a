import { assert, describe, it } from "vitest"
import { explain, tryAll } from "./world/everyPoint.ts"
import { hooks } from "./world/stories.ts"

/** More of them: test/change/hookDeaths.test.ts. */
describe("the death of a daemon around hooks", () => {
  it("leaves nothing wrong, and never runs two hooks of an instance at once", async () => {
    const { failed, trials } = await tryAll(hooks, { every: 11 })
    if (failed !== null) assert.fail(explain(failed.trial, failed.run))
    assert.isAbove(trials, 20)
  })
})

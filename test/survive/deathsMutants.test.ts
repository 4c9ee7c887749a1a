import { assert, describe, it } from "vitest"
import { crashMutants } from "../sim/crash/world/crashMutants.ts"
import { tryAll, tryTwice } from "../sim/crash/world/everyPoint.ts"
import { stories } from "../sim/crash/world/stories.ts"

describe("the deaths of a story find a daemon that", () => {
  for (const { name, plant, story: called, twice } of crashMutants) {
    it(name, async () => {
      const story = stories.find((it) => it.name === called)
      if (story === undefined) return assert.fail(`there is no story ${called}`)
      const { failed } = await (twice === true
        ? tryTwice(story, { plant })
        : tryAll(story, { plant, hunting: true }))
      assert.isNotNull(failed, "no death found it")
    })
  }
})

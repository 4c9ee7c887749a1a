import { it } from "vitest"
import { tryTwice } from "../sim/crash/world/everyPoint.ts"
import { everyStory } from "../sim/crash/world/everyStory.ts"

it("nor does the death of the next daemon at any call that it begins with", async () => {
  await everyStory(500, (story) => tryTwice(story, { every: 23 }))
})

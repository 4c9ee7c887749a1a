import { it } from "vitest"
import { tryTwice } from "./world/everyPoint.ts"
import { everyStory } from "./world/everyStory.ts"

it("nor does the death of the next daemon at any call until it is up", async () => {
  await everyStory(500, (story) => tryTwice(story, { every: 11 }))
})

import { it } from "vitest"
import { tryAll } from "../sim/crash/world/everyPoint.ts"
import { everyStory } from "../sim/crash/world/everyStory.ts"

it("the death of a daemon at any call, before it or after it, leaves nothing wrong", async () => {
  await everyStory(900, (story) => tryAll(story))
})

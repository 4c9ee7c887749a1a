import { it } from "vitest"
import { tryAll } from "./world/everyPoint.ts"
import { everyStory } from "./world/everyStory.ts"

/** Every call of every story: test/survive/deathsOnce.test.ts. */
it("the death of a daemon at each sixth call, before it or after it, leaves nothing wrong", async () => {
  await everyStory(150, (story) => tryAll(story, { every: 6 }))
})

import { it } from "vitest"
import { tryAll } from "../sim/crash/world/everyPoint.ts"
import { everyStory } from "../sim/crash/world/everyStory.ts"

const after = { moments: ["after"] } as const

it("what a full disk did not take, the keeper knows", async () => {
  const disaster = { diskFull: true }
  await everyStory(240, (story) => tryAll(story, { disaster, every: 2, ...after }))
})

it("without the runtime database nothing is started twice", async () => {
  const disaster = { runtime: true }
  await everyStory(240, (story) => tryAll(story, { disaster, every: 2, ...after }))
})

it("nor is it without any database", async () => {
  const disaster = { runtime: true, state: true }
  await everyStory(160, (story) => tryAll(story, { disaster, every: 3, ...after }))
})

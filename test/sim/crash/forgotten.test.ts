import { it } from "vitest"
import { tryAll } from "./world/everyPoint.ts"
import { everyStory } from "./world/everyStory.ts"

const after = { moments: ["after"] } as const

it("what a full disk did not take, the keeper knows", async () => {
  await everyStory(450, (story) => tryAll(story, { disaster: { diskFull: true }, ...after }))
})

it("without the runtime database nothing is started twice", async () => {
  await everyStory(450, (story) => tryAll(story, { disaster: { runtime: true }, ...after }))
})

it("nor is it without any database", async () => {
  const disaster = { runtime: true, state: true }
  await everyStory(450, (story) => tryAll(story, { disaster, ...after }))
})

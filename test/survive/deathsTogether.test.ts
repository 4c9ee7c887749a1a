import { it } from "vitest"
import { tryAll } from "../sim/crash/world/everyPoint.ts"
import { everyStory } from "../sim/crash/world/everyStory.ts"

const after = { moments: ["after"] } as const

it("daemon and keeper die together at any call, and what runs is taken over", async () => {
  await everyStory(450, (story) => tryAll(story, { disaster: { keeper: true }, ...after }))
})

it("a daemon that comes late takes over as well", async () => {
  const disaster = { pauseMs: 700 }
  await everyStory(240, (story) => tryAll(story, { disaster, every: 2, ...after }))
})

import { it } from "vitest"
import { runPart } from "./world/seeds.ts"

it("new processes take the place of old ones whatever the machine does, whenever daemons die", async () => {
  await runPart("overlap", 0)
})

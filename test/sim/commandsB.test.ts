import { it } from "vitest"
import { runPart } from "./world/seeds.ts"

it("commands to the supervisor leave nothing wrong, whatever the machine does", async () => {
  await runPart("commands", 1)
})

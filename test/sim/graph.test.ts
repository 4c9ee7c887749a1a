import { it } from "vitest"
import { runPart } from "./world/seeds.ts"

it("programs start when what they need is there and not before, whatever the machine does", async () => {
  await runPart("graph", 0)
})

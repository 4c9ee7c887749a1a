import { it } from "vitest"
import { runPart } from "./world/seeds.ts"

it("the daemon brings what runs to what is declared, whatever the machine does", async () => {
  await runPart("daemon", 0)
})

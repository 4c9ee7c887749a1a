/** The great trial in short: `npm run bench:survive` is the whole of it, and test/survive has its other forms. */
import { describe, it } from "vitest"
import { isSound } from "../trial/isSound.ts"

describe("programs under load", { timeout: 180_000 }, () => {
  it("lose nothing and are not restarted by twenty kills of the daemon", async () => {
    await isSound("daemon", 20, 6)
  })
})

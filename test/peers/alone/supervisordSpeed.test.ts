/** What is demanded of speed in any case, as ratios of the same run; `npm run bench` has the figures. */
import { assert, describe, it } from "vitest"
import { reeve } from "../../real/reeve.ts"
import { compareCalls, compareStatus } from "../speed/measures.ts"

describe("beside Debian's supervisor", () => {
  it("getAllProcessInfo with 1,000 programs is answered at least 20 times as often", async () => {
    const options = { programs: 1_000, running: 10, rounds: 5, seconds: 1 }
    const { ours, ratio, theirs } = await compareCalls(reeve, options)
    assert.isAtLeast(ratio, 20, `${ours} calls a second against ${theirs}`)
  })

  it("status takes less time, with each one's own server and with the same", async () => {
    const options = { programs: 20, running: 20, rounds: 9 }
    const { ownServers, sameServer } = await compareStatus(reeve, options)
    assert.isBelow(ownServers.ours, ownServers.theirs)
    assert.isBelow(sameServer.ours, sameServer.theirs)
  })
})

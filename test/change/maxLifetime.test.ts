import { afterEach, assert, describe, it } from "vitest"
import { changes, killAndWait } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate
afterEach(() => estate.clear())

const lasting = (seconds: number, maxLifetime: string) =>
  sleeper(seconds, { instances: 2, restart: { maxLifetime, lifetimeVariance: 0.5 } })

describe("a program with a maxLifetime", () => {
  it("gets a new process before that is over, each at its own time, and no other is touched", async () => {
    estate = new Estate({
      "all.ts": declare({ lasts: lasting(5501, "4s"), web: sleeper(5502) })
    })
    await estate.up()
    const before = await estate.pids()
    const { since } = await estate.waitForState("lasts:0", "RUNNING")
    await waitFor("new processes", async () => {
      const now = await estate.pids()
      return ["lasts:0", "lasts:1"].every((name) => ![undefined, before[name]].includes(now[name]))
    })
    assert.isAbove(Date.now() - since, 2_000)
    assert.equal((await estate.pids())["web"], before["web"])
    assert.isEmpty((await estate.plan()).actions)
    assert.deepEqual((await changes(estate, "lasts:0")).slice(2, 6), [
      "RUNNING STOPPING",
      "STOPPING STOPPED",
      "STOPPED STARTING",
      "STARTING RUNNING"
    ])
  })

  it("gets it at the same time when the daemon died meanwhile", async () => {
    estate = new Estate({ "all.ts": declare({ lasts: lasting(5503, "12s") }) })
    await estate.up()
    const before = await estate.pid("lasts:0")
    const { since } = await estate.waitForState("lasts:0", "RUNNING")
    await killAndWait(estate)
    assert.equal(await estate.pid("lasts:0"), before)
    await waitFor(
      "a new process",
      async () => ![undefined, before].includes((await estate.pids())["lasts:0"]),
      20_000
    )
    const took = Date.now() - since
    assert.isAbove(took, 5_900)
    assert.isBelow(took, 14_000)
  })
})

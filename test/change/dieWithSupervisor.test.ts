/** Programs that are to end with the daemon, beside one that goes on. */
import { readFileSync } from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { changes, isAlive, killAndWait } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

const isRoot = process.geteuid?.() === 0
const dies = (seconds: number, fields: object = {}) =>
  sleeper(seconds, { dieWithSupervisor: true, ...fields })

let estate: Estate
afterEach(() => estate.clear())

const gone = (pids: ReadonlyArray<number>) =>
  waitFor("their end", () => pids.every((pid) => !isAlive(pid)))

describe("a program with dieWithSupervisor", () => {
  it("ends with a killed daemon, and the next one starts it again; others go on", async () => {
    estate = new Estate({
      "all.ts": declare({
        dies: dies(5401),
        task: dies(5402, { restart: { when: "never" } }),
        user: dies(5403, isRoot ? { user: "nobody" } : {}),
        held: dies(5404),
        web: sleeper(5405)
      })
    })
    await estate.up()
    await estate.run("stop", "held")
    const { web, ...before } = await estate.pids()
    assert.lengthOf(Object.keys(before), 3)
    if (isRoot)
      assert.match(readFileSync(`/proc/${before["user"]}/status`, "utf8"), /^Uid:\s+65534/m)
    await killAndWait(estate)
    await gone(Object.values(before))
    for (const name of Object.keys(before)) await estate.waitForState(name, "RUNNING")
    const { web: still, ...after } = await estate.pids()
    assert.equal(still, web)
    assert.deepEqual(Object.keys(after), Object.keys(before))
    assert.equal((await estate.instance("held"))?.state, "STOPPED")
    assert.isEmpty((await estate.plan()).actions)
    assert.equal((await changes(estate, "task")).at(-1), "STARTING RUNNING")
  })

  it("is replaced where it outlived its daemon", async () => {
    const clears = { ...dies(0), command: ["setpriv", "--pdeathsig", "clear", "sleep", "5406"] }
    estate = new Estate({ "all.ts": declare({ clears, web: sleeper(5407) }) })
    await estate.up()
    const before = await estate.pid("clears")
    await waitFor("the sleep", () => readFileSync(`/proc/${before}/comm`, "utf8") === "sleep\n")
    await killAndWait(estate)
    await gone([before])
    await estate.waitForState("clears", "RUNNING")
    assert.notEqual(await estate.pid("clears"), before)
    assert.deepEqual((await changes(estate, "clears")).slice(2), [
      "RUNNING STOPPING",
      "STOPPING STOPPED",
      "STOPPED STARTING",
      "STARTING RUNNING"
    ])
  })

  it("ends when reeve leaves its programs, which does not name it, and comes with the next up", async () => {
    estate = new Estate({ "all.ts": declare({ dies: dies(5408), web: sleeper(5409) }) })
    const up = await estate.up()
    const { dies: before = 0, web } = await estate.pids()
    const { left } = await estate.json("down", "--leave")
    await up.ended
    assert.deepEqual(left, [{ address: "web", pid: web }])
    await gone([before])
    await estate.up()
    await estate.waitForState("dies", "RUNNING")
    assert.equal((await estate.pids())["web"], web)
  })
})

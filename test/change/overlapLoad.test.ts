/** Fifty updates of a web service under load, and one that is bad: no request fails. */
import { afterEach, assert, describe, it } from "vitest"
import { declare, Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { freePort } from "./Probed.ts"
import { load, web } from "./Web.ts"

let estate: Estate
afterEach(() => estate.clear())

const requests = Number(process.env["OVERLAP_REQUESTS"] ?? 100_000)
const updates = Number(process.env["OVERLAP_UPDATES"] ?? 50)

describe("a web service of 4 instances under load", () => {
  it(`is updated ${updates} times, and once to what never becomes ready: 0 of ${requests} requests fail`, async () => {
    const port = await freePort()
    estate = new Estate()
    const write = (version: string) =>
      estate.write("all.ts", declare({ web: web(port, version, { instances: 4 }) }))
    write("v0")
    await estate.up()
    const clients = load(port, 12, 8)
    const begun = performance.now()
    for (let update = 1; update <= updates; update++) {
      await estate.save(() => write(`v${update}`))
      assert.deepEqual(clients.found.failed, [], `update ${update}`)
    }
    const updatesMs = performance.now() - begun
    const good = await estate.pids()
    const before = clients.found.answered
    const saved = performance.now()
    write("never")
    await waitFor("the rollback", async () => {
      const [newest, bad] = await estate.generations()
      return newest?.outcome === "applied" && bad?.outcome === "rolledBack"
    })
    const recoveredMs = performance.now() - saved
    assert.deepEqual(await estate.pids(), good)
    const meanwhile = clients.found.answered - before
    await waitFor("requests", () => clients.found.answered >= requests, 700_000)
    const { answered, failed, pids } = await clients.stop()
    assert.deepEqual(failed, [])
    assert.isAtLeast(pids.size, 4 * updates)
    const told = `${answered} requests, ${failed.length} failed, ${pids.size} processes`
    const took = `${updates} updates in ${Math.round(updatesMs)} ms`
    const bad = `the bad one was over after ${Math.round(recoveredMs)} ms and ${meanwhile} requests`
    console.log(`${told}; ${took}; ${bad}`)
  }, 900_000)
})

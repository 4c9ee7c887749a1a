import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { compileC } from "../fixtures/compileC.ts"
import { changes, killAndWait } from "../real/Death.ts"
import { declare, Estate, isRoot } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

const SIGUSR1 = 10
const SIGUSR2 = 12

/** Megabytes of its own, children, megabytes of each of them, megabytes on demand. */
type Holding = readonly [own: number, children: number, each: number, more: number]

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe("a program with a limit of memory", () => {
  const estate = new Estate()
  const hold = estate.path("hold")
  const program = ([own, children, each, more]: Holding, fields: object, limits: object) => ({
    command: [hold, ...[own, children, each, more].map(String)],
    start: { stableAfter: "0s" },
    ...fields,
    limits
  })
  const quick = { memory: "100MB", memoryGrace: "1s" }
  const file = (patient: object) =>
    declare({
      grows: program([10, 0, 0, 120], {}, quick),
      spikes: program([10, 0, 0, 120], {}, { ...quick, memoryGrace: "8s" }),
      family: program([10, 4, 30, 0], { start: { auto: false, stableAfter: "0s" } }, quick),
      shares: program([60, 5, 1, 0], isRoot ? { user: "nobody" } : {}, quick),
      patient: program([10, 0, 0, 120], {}, patient),
      free: program([10, 0, 0, 120], {}, {})
    })

  beforeAll(async () => {
    compileC(
      fileURLToPath(new URL("../fixtures/memory/hold.c", import.meta.url)),
      estate.directory,
      "hold"
    )
    estate.write("all.ts", file({ memory: "1GB", memoryGrace: "1s" }))
    await estate.up()
  })
  afterAll(() => estate.clear())

  const order = async (address: string, signal: number) => {
    const pid = await estate.pid(address)
    // One that has just begun would end of it.
    await waitFor(
      `${address} to take orders`,
      () => readFileSync(`/proc/${pid}/comm`, "utf8") === "holding\n"
    )
    process.kill(pid, signal)
  }

  const another = (address: string, pid: number) =>
    waitFor(
      `a new process of ${address}`,
      async () => ![undefined, pid].includes((await estate.pids())[address]),
      20_000
    )

  it("gets a new process when it uses more for longer than it may, in order and with its reason", async () => {
    const before = await estate.pids()
    const pid = await estate.pid("grows")
    await order("free", SIGUSR1)
    await order("grows", SIGUSR1)
    await another("grows", pid)
    assert.deepEqual((await changes(estate, "grows")).slice(2, 4), [
      "RUNNING STOPPING",
      "STOPPING EXITED"
    ])
    const text = /grows used more than limits\.memory \(100MB\) for 1s: 1[3-4]\d(\.\d)?MB /
    assert.match(estate.log(), text)
    const { out } = await estate.run("why", "grows")
    assert.match(out, /used more than limits\.memory/)
    const { grows: _old, ...others } = before
    const { grows: _new, family: _none, ...now } = await estate.pids()
    assert.deepEqual(now, others)
    assert.isEmpty((await estate.plan()).actions)
  })

  it("keeps its process when it uses more for a shorter time", async () => {
    const pid = await estate.pid("spikes")
    for (let round = 0; round < 2; round += 1) {
      await order("spikes", SIGUSR1)
      await pause(3_000)
      await order("spikes", SIGUSR2)
      await pause(3_000)
    }
    assert.equal(await estate.pid("spikes"), pid)
  })

  it("counts what its process started, and what several share once", async () => {
    assert.equal((await estate.run("start", "family")).code, 0)
    const pid = await estate.pid("family")
    await another("family", pid)
    assert.match(
      estate.log(),
      /family used more than limits\.memory \(100MB\) for 1s: 13\d(\.\d)?MB in 5 processes/
    )
    assert.notMatch(estate.log(), /shares used/)
    assert.equal((await estate.run("stop", "family")).code, 0)
  })

  it("is held to a new limit while its process goes on, and to the limit over a death of the daemon", async () => {
    await order("patient", SIGUSR1)
    const before = await estate.pids()
    await pause(3_000)
    await estate.save(() => estate.write("all.ts", file({ memory: "2GB", memoryGrace: "2s" })))
    assert.deepEqual(await estate.pids(), before)
    await killAndWait(estate)
    assert.deepEqual(await estate.pids(), before)
    // Long enough for a daemon to die and another to begin, on a busy machine too.
    await estate.save(() => estate.write("all.ts", file({ memory: "100MB", memoryGrace: "6s" })))
    assert.isEmpty((await estate.plan()).actions)
    await another("patient", before["patient"] ?? 0)
    const pid = await estate.pid("patient")
    await order("patient", SIGUSR1)
    await killAndWait(estate)
    assert.equal(await estate.pid("patient"), pid)
    await another("patient", pid)
    const { patient: _old, ...others } = before
    const { patient: _new, ...now } = await estate.pids()
    assert.deepEqual(now, others)
  })
})

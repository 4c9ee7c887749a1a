/** Updates of several instances with the real command: turns, failures, what is undone, and deaths of the daemon among them. */
import { writeFileSync } from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import type { GenerationSummary } from "../../src/domain/Generation.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { fewestServing, notesOf, type RollingOptions, rollingFile } from "./Rolling.ts"

let estate: Estate
afterEach(() => estate.clear())

const instances = ["api:0", "api:1", "api:2", "api:3"] as const

const write = (options: RollingOptions) => estate.write("api.ts", rollingFile(estate, options))

const allReady = (): Promise<void> =>
  waitFor("all to be ready", async () => {
    const all = await estate.instances()
    return (
      all.length > 0 &&
      all.every(({ ready, state }) => state === "RUNNING" && (ready === null || ready.ok))
    )
  })

/** Version 1 runs and is good. */
const begin = async (update: RollingOptions["update"] = {}, ...args: ReadonlyArray<string>) => {
  estate = new Estate()
  write({ version: 1, update })
  await estate.up(...args)
  await allReady()
  await outcome(1, "applied")
}

const outcome = async (number: number, wanted: string): Promise<GenerationSummary> => {
  let found: GenerationSummary | undefined
  await waitFor(`generation ${number} to be ${wanted}`, async () => {
    const all = await estate.generations()
    found = all.find((one) => one.number === number)
    if (found !== undefined && !["applying", wanted].includes(found.outcome)) {
      throw new Error(JSON.stringify(found))
    }
    return found?.outcome === wanted
  })
  return found ?? Promise.reject(new Error(String(number)))
}

/** By the processes' own command lines. */
const versions = async (): Promise<ReadonlyArray<string>> => {
  const all = await estate.instances()
  return all.map(({ started }) => /v\d+/.exec(String(started?.definition.command[2]))?.[0] ?? "")
}

const killDaemon = async (): Promise<void> => {
  const { daemon } = await estate.info()
  process.kill(daemon.pid, "SIGKILL")
  await waitFor("the next daemon", async () => {
    const now = await estate.info().catch(() => null)
    return now !== null && now.daemon.pid !== daemon.pid
  })
}

describe("an update", () => {
  it("replaces one instance after the other, each when the one before is ready", async () => {
    await begin()
    const before = await estate.pids()
    write({ version: 2 })
    await outcome(2, "applied")
    await allReady()
    assert.deepEqual(await versions(), ["v2", "v2", "v2", "v2"])
    assert.equal(fewestServing(notesOf(estate), 4), 3)
    const after = await estate.pids()
    for (const name of instances) assert.notEqual(after[name], before[name])
    assert.isEmpty((await estate.plan()).actions)
  })

  it("has so many out at a time as it says, and its plan tells", async () => {
    await begin({ maxUnavailable: 2 }, "--manual")
    write({ version: 2, update: { maxUnavailable: 2 } })
    assert.match((await estate.run("plan")).out, /restart, 2 at a time/)
    const { code, out } = await estate.run("apply")
    assert.equal(code, 0)
    assert.match(out, /Generation 2: applied\./)
    await allReady()
    assert.isAtLeast(fewestServing(notesOf(estate), 4), 2)
    assert.deepEqual(await versions(), ["v2", "v2", "v2", "v2"])
  })

  it("stops at the first instance that fails: the others go on, and everybody is told", async () => {
    await begin({}, "--manual")
    const before = await estate.pids()
    write({ version: 2, kind: "bad" })
    const { code, err, out } = await estate.run("apply")
    assert.equal(code, 8, err)
    assert.match(
      `${out}${err}`,
      /api:\d: (BACKOFF|FATAL): .*exit|api:\d: BACKOFF: Exited too quickly/
    )
    const after = await estate.pids()
    const same = instances.filter((name) => after[name] === before[name])
    assert.equal(same.length, 3)
    const { detail } = await outcome(2, "failed")
    assert.match(detail ?? "", /^api:\d: BACKOFF/)
    assert.match(
      (await estate.run("plan")).out,
      /its restart \(command changed\) waits for api:\d to be ready/
    )
    const again = await estate.run("apply")
    assert.equal(again.code, 8)
    assert.match(`${again.out}${again.err}`, /its restart .* waits for api:\d to be ready/)
    write({ version: 3 })
    assert.equal((await estate.run("apply")).code, 0)
    await allReady()
    assert.deepEqual(await versions(), ["v3", "v3", "v3", "v3"])
  })

  it("that failed comes to an end again while what failed is tried again", async () => {
    estate = new Estate()
    const slow = { stableAfter: "4 seconds", instances: 2 }
    write({ version: 1, ...slow })
    await estate.up("--manual")
    await allReady()
    await outcome(1, "applied")
    write({ version: 2, kind: "late", ...slow })
    assert.equal((await estate.run("apply")).code, 8)
    await waitFor("the next try", async () => {
      const all = await estate.instances()
      return all.some(({ state }) => state === "STARTING")
    })
    assert.equal((await estate.run("apply")).code, 8)
  })

  it("goes on with the rest once what failed was started by hand and is ready", async () => {
    await begin({}, "--manual")
    const gate = estate.path("gate")
    write({ version: 2, kind: "gated", update: {}, gate })
    assert.equal((await estate.run("apply")).code, 8)
    const all = await estate.instances()
    const failed = all.find(({ state }) => state !== "RUNNING")?.spec.address ?? ""
    writeFileSync(gate, "")
    assert.equal((await estate.run("start", failed)).code, 0)
    await allReady()
    assert.equal((await estate.run("apply")).code, 0)
    await allReady()
    assert.deepEqual(await versions(), ["v2", "v2", "v2", "v2"])
  })

  it("waits out minReady for each instance", async () => {
    await begin({ minReady: "1 second" })
    const from = performance.now()
    write({ version: 2, update: { minReady: "1 second" } })
    await outcome(2, "applied")
    assert.isAtLeast(performance.now() - from, 3_000)
    assert.equal(fewestServing(notesOf(estate), 4), 3)
  })

  it("that failed keeps nobody from following what it depends on", async () => {
    estate = new Estate()
    write({ version: 1 })
    const follower = { dependsOn: { db: { when: "started", onLoss: "restart" } } }
    estate.write("more.ts", declare({ db: sleeper(7802), web: sleeper(7803, follower) }))
    await estate.up()
    await allReady()
    write({ version: 2, kind: "bad" })
    await outcome(2, "failed")
    const before = await estate.pids()
    process.kill(await estate.pid("db"), "SIGKILL")
    await waitFor("web to follow", async () => {
      const { db, web } = await estate.pids()
      return db !== before["db"] && web !== undefined && web !== before["web"]
    })
    const { detail } = await outcome(2, "failed")
    assert.match(detail ?? "", /^api:\d: BACKOFF/)
    assert.equal((await versions()).filter((one) => one === "v1").length, 3)
  })

  it("goes on after the death of a daemon in the middle of it, and ends", async () => {
    await begin()
    write({ version: 2 })
    await waitFor("the first to be replaced", async () => (await versions()).includes("v2"))
    await killDaemon()
    await outcome(2, "applied")
    await allReady()
    assert.deepEqual(await versions(), ["v2", "v2", "v2", "v2"])
    assert.equal(fewestServing(notesOf(estate), 4), 3)
  })

  it("leaves what is stopped by hand in the middle of it, and gives way to a newer one", async () => {
    await begin()
    write({ version: 2 })
    await waitFor("the first to be replaced", async () => (await versions()).includes("v2"))
    assert.equal((await estate.run("stop", "api:3")).code, 0)
    write({ version: 3 })
    await outcome(3, "applied")
    assert.equal((await estate.instance("api:3"))?.state, "STOPPED")
    assert.deepEqual((await versions()).slice(0, 3), ["v3", "v3", "v3"])
    assert.equal((await estate.run("start", "api:3")).code, 0)
    await allReady()
    assert.deepEqual(await versions(), ["v3", "v3", "v3", "v3"])
  })
})

describe("an update with rollback", () => {
  const update = { rollback: true }

  it("that fails is undone by itself, marked with its reason, and not tried again", async () => {
    await begin(update, "--manual")
    const before = await estate.pids()
    write({ version: 2, kind: "bad", update })
    const { code, err, out } = await estate.run("apply")
    assert.equal(code, 7, err)
    assert.match(out, /Generation 2: rolled back\./)
    await allReady()
    assert.deepEqual(await versions(), ["v1", "v1", "v1", "v1"])
    const after = await estate.pids()
    assert.equal(instances.filter((name) => after[name] === before[name]).length, 3)
    const { detail } = await outcome(2, "rolledBack")
    assert.match(detail ?? "", /^api:\d: BACKOFF/)
    assert.deepInclude(await outcome(3, "applied"), { rollbackOf: 1, who: "reeve" })
    assert.match((await estate.run("history")).out, /^2 .* rolled back: api:\d: BACKOFF/m)
    assert.match((await estate.run("plan")).out, /! .*was undone/)
    assert.equal((await estate.run("apply")).code, 7)
    write({ version: 4, update })
    assert.equal((await estate.run("apply")).code, 0)
    await allReady()
    assert.deepEqual(await versions(), ["v4", "v4", "v4", "v4"])
  })

  it("that never becomes ready is undone at its deadline", async () => {
    await begin({ ...update, deadline: "2 seconds" })
    write({ version: 2, kind: "mute", update: { ...update, deadline: "2 seconds" } })
    const { detail } = await outcome(2, "rolledBack")
    assert.match(detail ?? "", /^api:\d: not ready.*, for 2s/)
    await outcome(3, "applied")
    await allReady()
    assert.deepEqual(await versions(), ["v1", "v1", "v1", "v1"])
    assert.equal(fewestServing(notesOf(estate), 4), 3)
  })

  it("stays undone for the next daemon where numbers of instances were set by hand since", async () => {
    await begin({ ...update, deadline: "2 seconds" })
    write({ version: 2, kind: "mute", update: { ...update, deadline: "2 seconds" } })
    await outcome(3, "applied")
    for (const count of ["3", "2"]) {
      const { code, err } = await estate.run("scale", "api", count)
      assert.equal(code, 0, err)
    }
    await outcome(5, "applied")
    await killDaemon()
    await waitFor("what is undone", async () => (await estate.reconciler()).pending !== null)
    const { pending } = await estate.reconciler()
    assert.isTrue(pending?.holds.some(({ kind }) => kind === "undone"))
    assert.deepEqual(await versions(), ["v1", "v1"])
    assert.equal((await estate.generations())[0]?.number, 5)
  })

  it("is undone although the daemon dies before and among it; nothing is tried again, nor after a boot", async () => {
    await begin({ ...update, deadline: "3 seconds" })
    write({ version: 2, kind: "mute", update: { ...update, deadline: "3 seconds" } })
    await waitFor("the first to be replaced", async () => (await versions()).includes("v2"))
    await killDaemon()
    await outcome(2, "rolledBack")
    await killDaemon()
    await outcome(3, "applied")
    await allReady()
    assert.deepEqual(await versions(), ["v1", "v1", "v1", "v1"])
    assert.equal((await estate.run("down")).code, 0)
    await estate.up()
    await allReady()
    assert.deepEqual(await versions(), ["v1", "v1", "v1", "v1"])
    assert.equal((await estate.generations())[0]?.number, 3)
    const { pending } = await estate.reconciler()
    assert.deepEqual(
      pending?.holds.map(({ kind }) => kind),
      ["undone"]
    )
  })
})

import { afterEach, assert, describe, it } from "vitest"
import { kill } from "../real/Death.ts"
import { Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { type ChainOptions, chainFile, chainLog, notes, order } from "./Chain.ts"

let estate: Estate
afterEach(() => estate.clear())

const write = (options: ChainOptions = {}): void =>
  estate.write("all.ts", chainFile(chainLog(estate), options))

const began = async (options: ChainOptions = {}): Promise<void> => {
  estate = new Estate()
  write(options)
  await estate.up()
  await estate.waitForState("gateway", "RUNNING")
}

const commit = (): string => {
  estate.git("add", "programs")
  estate.git("commit", "-qm", "change")
  return estate.git("rev-parse", "--short=7", "HEAD")
}

/** Runs that began, in their order, without the numbers of instances. */
const starts = (skip = 0): ReadonlyArray<string> =>
  order(estate, skip)
    .filter((line) => line.endsWith(" start"))
    .map((line) => line.replace(/(:\d+)? start$/, ""))

describe("programs that need each other", () => {
  it("start in the order of their conditions, by their own clocks, and stop in reverse", async () => {
    await began()
    assert.deepEqual(starts(), ["db", "migrate", "api", "api", "api", "gateway"])
    const seen = order(estate)
    assert.isBelow(
      seen.indexOf("migrate end"),
      seen.findIndex((line) => line.startsWith("api"))
    )

    const before = notes(estate).length
    const { code } = await estate.run("down")
    assert.equal(code, 0)
    const ends = order(estate, before)
    assert.deepEqual(
      ends.map((line) => line.replace(/(:\d+)? end$/, "")),
      ["gateway", "api", "api", "api", "db"]
    )
  })

  it("keep running when what they need is restarted", async () => {
    await began()
    const before = await estate.pids()
    await estate.save(() => write({ version: 2 }))
    await waitFor("db to be restarted", async () => (await estate.pid("db")) !== before["db"])
    await estate.waitForState("db", "RUNNING")
    const { db: _, ...others } = await estate.pids()
    const { db: __, ...othersBefore } = before
    assert.deepEqual(others, othersBefore)
    assert.deepEqual((await estate.plan()).actions, [])
  })

  it("follow it one at a time where they say so, and why names commit and cause", async () => {
    estate = new Estate()
    write({ onLoss: "restart" })
    estate.git("init", "-q")
    const earlier = commit()
    await estate.up()
    await estate.waitForState("gateway", "RUNNING")
    const before = await estate.pids()
    const noted = notes(estate).length
    const generation = await estate.generation()
    write({ onLoss: "restart", version: 2 })
    const hash = commit()
    await estate.applied(generation)
    await estate.waitForState("api:2", "RUNNING")

    const after = await estate.pids()
    assert.equal(after["gateway"], before["gateway"])
    const [first, ...rest] = order(estate, noted).map((line) => line.replace(/:\d+/, ""))
    assert.equal(first, "db end")
    const one = ["api end", "api start"]
    assert.deepEqual(rest, ["db start", ...one, ...one, ...one])
    const why = await estate.run("why", "api:1")
    assert.match(why.out, /it was restarted: db got a new process/)
    // The save may be read before it is committed.
    assert.match(why.out, new RegExp(`commit (${hash}|${earlier} \\(dirty\\))`))
    assert.match(why.out, /db: generation \d+ .*; environment\.VERSION "1" -> "2"/)
    const [chain] = await estate.json("why", "api:1")
    assert.equal(chain.followed.address, "db")
    assert.equal(chain.followed.generation.actions[0].cause.changes[0].path, "environment.VERSION")
    assert.deepEqual((await estate.plan()).actions, [])
  })

  it("follow what crashed once it is up again, and are left alone by a second look", async () => {
    await began({ onLoss: "restart" })
    const before = await estate.pids()
    const noted = notes(estate).length
    process.kill(before["db"] ?? 0, "SIGKILL")
    await waitFor("all of api to follow", () => starts(noted).length === 4)
    await estate.waitForState("api:2", "RUNNING")
    assert.deepEqual(starts(noted), ["db", "api", "api", "api"])
    const after = await estate.pids()
    assert.equal(after["gateway"], before["gateway"])
    await estate.run("apply")
    assert.deepEqual(await estate.pids(), after)
  })

  it("are down while it is, where they say so, and come back with it", async () => {
    await began({ onLoss: "stop" })
    const noted = notes(estate).length
    const stopped = await estate.run("stop", "db")
    assert.match(stopped.out, /api:0 +stopped until db is back/)
    assert.deepEqual(
      order(estate, noted).map((line) => line.replace(/:\d+/, "")),
      ["api end", "api end", "api end", "db end"]
    )
    assert.match((await estate.run("status")).out, /api:0 +STOPPED +waits for db to be ready/)
    await estate.run("start", "db")
    for (const index of [0, 1, 2]) await estate.waitForState(`api:${index}`, "RUNNING")

    const again = notes(estate).length
    await estate.save(() => write({ onLoss: "stop", version: 2 }))
    await waitFor("all to be back", () => starts(again).length === 4)
    assert.deepEqual(
      order(estate, again).map((line) => line.replace(/:\d+/, "")),
      ["api end", "api end", "api end", "db end", "db start", "api start", "api start", "api start"]
    )
  })

  it("wait for a task that failed, say so, and start when it has completed", async () => {
    estate = new Estate()
    write({ migrateExit: 3 })
    await estate.up()
    await waitFor("migrate to fail", () => order(estate).includes("migrate end"))
    await estate.waitForState("migrate", "FATAL")
    const api = await estate.instance("api:0")
    assert.deepEqual(api?.reason, {
      kind: "waiting",
      on: [{ program: "migrate", when: "completed" }]
    })
    assert.notInclude(starts(), "api")
    assert.match((await estate.run("plan")).out, /! api:0 +waits for migrate to complete/)
    await estate.save(() => write())
    await estate.waitForState("gateway", "RUNNING")
    assert.deepEqual(starts(), ["db", "migrate", "migrate", "api", "api", "api", "gateway"])
  })

  it("are started with all that they need", async () => {
    await began()
    await estate.run("stop", "all")
    const noted = notes(estate).length
    const { out } = await estate.run("start", "gateway")
    assert.match(out, /db +started; (api|migrate) needs it/)
    assert.match(out, /gateway +started/)
    assert.deepEqual(starts(noted), ["db", "api", "api", "api", "gateway"])
  })

  it("go on when a task that has completed is stopped: nothing is lost by that", async () => {
    estate = new Estate()
    const needs = `{ migrate: { when: "completed", onLoss: "stop" } }`
    estate.write(
      "all.ts",
      `import { defineProgram, defineTask } from "reeve"
export const migrate = defineTask({ command: ["true"] })
export const web = defineProgram({ command: ["sleep", "7704"], dependsOn: ${needs} })
`
    )
    await estate.up()
    await estate.waitForState("web", "RUNNING")
    const before = await estate.pids()
    const { out } = await estate.run("stop", "migrate")
    assert.equal(out.trim(), "migrate  already stopped; held until released")
    assert.deepEqual(await estate.pids(), before)
  })

  it("go on waiting when the daemon is killed, and start once", async () => {
    estate = new Estate()
    write({ migrateExit: 3 })
    await estate.up()
    await estate.waitForState("migrate", "FATAL")
    await kill(estate)
    const waiting = await estate.waitForState("api:0", "STOPPED")
    assert.equal(waiting.reason?.kind, "waiting")
    await estate.save(() => write())
    await estate.waitForState("gateway", "RUNNING")
    assert.deepEqual(starts(), ["db", "migrate", "migrate", "api", "api", "api", "gateway"])
  })

  it("are followed to the end by the next daemon when one is killed among them", async () => {
    await began({ onLoss: "restart" })
    const noted = notes(estate).length
    write({ onLoss: "restart", version: 2 })
    await waitFor("the first of api to follow", () => starts(noted).includes("api"))
    await kill(estate)
    await waitFor("all of api to follow", () => starts(noted).length >= 4)
    await waitFor("the plan to be empty", async () => {
      const plan = await estate.plan().catch(() => null)
      return plan !== null && plan.actions.length === 0
    })
    assert.deepEqual(starts(noted), ["db", "api", "api", "api"])
    assert.equal((await estate.generations())[0]?.outcome, "applied")
  })

  it("are refused in a circle, with its path, and nothing is touched", async () => {
    await began()
    const before = await estate.pids()
    estate.write(
      "circle.ts",
      'import { defineProgram } from "reeve"\n' +
        'export const a = defineProgram({ command: "sleep 7704", dependsOn: { b: "ready" } })\n' +
        'export const b = defineProgram({ command: "sleep 7704", dependsOn: { a: "started" } })\n'
    )
    const { code, err } = await estate.run("check")
    assert.equal(code, 1)
    assert.match(err, /circle\.ts:2:\d+.*programs wait for each other: a -> b -> a/)
    await waitFor("the refusal", async () => (await estate.reconciler()).problems.length > 0)
    assert.deepEqual(await estate.pids(), before)
  })
})

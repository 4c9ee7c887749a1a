import { rmSync } from "node:fs"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate

beforeEach(() => {
  estate = new Estate({
    "web.ts": declare({ web: sleeper(3001) }),
    "db.ts": declare({ db: sleeper(3002) })
  })
})

afterEach(() => estate.clear())

const pendingKinds = async () =>
  ((await estate.reconciler()).pending?.holds ?? []).map(({ kind }) => kind)

const waits = (kind: string) =>
  waitFor(`a plan that waits (${kind})`, async () =>
    (await pendingKinds()).some((found) => found === kind)
  )

describe("deleting nearly everything", () => {
  it("is held until apply, and a file that comes back ends it", async () => {
    const up = await estate.up()
    const before = await estate.pids()
    estate.remove("web.ts")
    await estate.applied(1)
    estate.write("web.ts", declare({ web: sleeper(3001) }))
    await estate.applied(2)
    const running = await estate.pids()
    assert.equal(running["db"], before["db"])

    estate.remove("web.ts")
    estate.remove("db.ts")
    await waits("massRemoval")
    assert.deepEqual(await estate.pids(), running)
    await waitFor("the reason", () => up.said().includes("would remove all 2 programs"))
    assert.include((await estate.run("status")).err, "would remove all 2 programs")

    estate.write("web.ts", declare({ web: sleeper(3001) }))
    estate.write("db.ts", declare({ db: sleeper(3002) }))
    await waitFor("the plan to be dropped", async () => (await pendingKinds()).length === 0)
    assert.deepEqual(await estate.pids(), running)

    estate.remove("web.ts")
    estate.remove("db.ts")
    await waits("massRemoval")
    const applied = await estate.run("apply")
    assert.equal(applied.code, 0, applied.err)
    assert.deepEqual(await estate.instances(), [])
  })

  it("is held when the whole directory vanishes; it is followed again when it is back", async () => {
    await estate.up()
    const running = await estate.pids()
    rmSync(estate.path("programs"), { recursive: true })
    await waitFor("the loss to be known", async () => {
      const { pending, problems } = await estate.reconciler()
      return pending !== null || problems.length > 0
    })
    assert.deepEqual(await estate.pids(), running)
    estate.write("web.ts", declare({ web: sleeper(3001) }))
    estate.write("db.ts", declare({ db: sleeper(3003) }))
    await waitFor("db to be restarted", async () => {
      const db = await estate.instance("db")
      return db?.started?.definition.command[1] === "3003" && db.process !== null
    })
    assert.equal(await estate.pid("web"), running["web"])
  })
})

describe("protect", () => {
  it("keeps a program from being stopped or restarted by a save; apply --yes-protected does it", async () => {
    const guarded = (seconds: number) =>
      declare({ vault: sleeper(seconds, { protect: true }), beside: sleeper(seconds) })
    estate.write("vault.ts", guarded(3011))
    await estate.up()
    const pid = await estate.pid("vault")
    const beside = await estate.pid("beside")
    estate.write("vault.ts", guarded(3012))
    await waitFor("beside to be restarted", async () => {
      const now = (await estate.pids())["beside"]
      return now !== undefined && now !== beside
    })
    assert.equal(await estate.pid("vault"), pid)
    const plan = await estate.run("plan")
    assert.match(plan.out, /vault/)
    assert.match(plan.out, /protect/)

    estate.remove("vault.ts")
    await waitFor("beside to be gone", async () => (await estate.instance("beside")) === undefined)
    assert.equal(await estate.pid("vault"), pid)

    const refused = await estate.run("apply")
    assert.equal(refused.code, 6)
    assert.equal(await estate.pid("vault"), pid)
    const applied = await estate.run("apply", "--yes-protected")
    assert.equal(applied.code, 0, applied.err)
    assert.isUndefined(await estate.instance("vault"))
  })
})

describe("manual mode", () => {
  it("of up keeps a save pending until apply", async () => {
    const up = await estate.up("--manual")
    const before = await estate.pids()
    assert.sameMembers(Object.keys(before), ["db", "web"])
    estate.write("web.ts", declare({ web: sleeper(3021) }))
    await waits("manual")
    assert.deepEqual(await estate.pids(), before)
    assert.equal(await estate.generation(), 1)
    await waitFor("it to be told", () => up.said().includes("waits for reeve apply"))
    assert.match((await estate.run("status")).err, /waits for `reeve apply`/)
    const applied = await estate.run("apply")
    assert.equal(applied.code, 0, applied.err)
    const after = await estate.pids()
    assert.equal(after["db"], before["db"])
    assert.notEqual(after["web"], before["web"])
    assert.deepEqual((await estate.plan()).actions, [])
  })

  it("in the files does the same", async () => {
    estate.write(
      "reeve.ts",
      `import { defineSupervisor } from "reeve"\n\nexport default defineSupervisor({ apply: "manual" })\n`
    )
    await estate.up()
    const before = await estate.pids()
    estate.write("web.ts", declare({ web: sleeper(3031) }))
    await waits("manual")
    assert.deepEqual(await estate.pids(), before)
  })
})

describe("what was done by hand", () => {
  it("outranks saves and outlives reeve, until it is released", async () => {
    estate.write(
      "hand.ts",
      declare({ idle: sleeper(3041, { start: { auto: false } }), pool: sleeper(3042) })
    )
    const first = await estate.up()
    for (const args of [
      ["stop", "web"],
      ["start", "idle"],
      ["scale", "pool", "3"]
    ]) {
      const ran = await estate.run(...args)
      assert.equal(ran.code, 0, ran.err)
    }
    const byHand = ["db", "idle", "pool:0", "pool:1", "pool:2"]
    assert.sameMembers(Object.keys(await estate.pids()), byHand)

    await estate.save(() => estate.write("web.ts", declare({ web: sleeper(3043) })))
    assert.sameMembers(Object.keys(await estate.pids()), byHand)
    assert.deepEqual((await estate.plan()).actions, [])
    assert.match((await estate.run("plan")).out, /! web +stopped by \S+ .*held until released/)

    first.child.kill("SIGTERM")
    assert.equal(await first.ended, 0)
    await estate.up()
    assert.sameMembers(Object.keys(await estate.pids()), byHand)

    const released = await estate.run("release", "all")
    assert.equal(released.code, 0, released.err)
    // What was started by hand and is not started by itself goes on: nothing says that it is to stop.
    assert.sameMembers(Object.keys(await estate.pids()), ["db", "idle", "pool", "web"])
    for (const { override } of await estate.instances()) assert.isNull(override)
  })
})

describe("a saved plan", () => {
  it("is applied as it was saved, and refused with 4 once what it touches has moved", async () => {
    await estate.up("--manual")
    const before = await estate.pids()
    assert.equal((await estate.run("plan", "--exit-code")).code, 0)
    estate.write("web.ts", declare({ web: sleeper(3051) }))
    assert.equal((await estate.run("plan", "--exit-code")).code, 2)
    assert.equal((await estate.run("plan", "--out", "next.plan")).code, 0)

    // What the plan does not touch may move.
    assert.equal((await estate.run("restart", "db")).code, 0)
    const applied = await estate.run("apply", "next.plan")
    assert.equal(applied.code, 0, applied.err)
    assert.notEqual(await estate.pid("web"), before["web"])
    assert.deepEqual((await estate.instance("web"))?.started?.definition.command, ["sleep", "3051"])

    estate.write("web.ts", declare({ web: sleeper(3052) }))
    assert.equal((await estate.run("plan", "--out", "late.plan")).code, 0)
    assert.equal((await estate.run("restart", "web")).code, 0)
    const running = await estate.pids()
    const stale = await estate.run("apply", "late.plan")
    assert.equal(stale.code, 4)
    assert.match(stale.err, /web/)
    assert.deepEqual(await estate.pids(), running)

    estate.write("web.ts", "export const web = (")
    assert.equal((await estate.run("plan", "--exit-code")).code, 1)
  })
})

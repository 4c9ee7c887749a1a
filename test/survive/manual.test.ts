/** What operators decided, and what waits for them, outlives a death of the daemon. */
import { afterEach, assert, describe, it } from "vitest"
import { exits, journal, killAndWait } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate

afterEach(() => estate.clear())

const waits = async (): Promise<boolean> => (await estate.reconciler()).pending !== null

/** By address and kind. */
const waiting = async (): Promise<ReadonlyArray<string>> =>
  (await estate.reconciler()).pending?.plan.actions.map(
    ({ address, kind }) => `${kind} ${address}`
  ) ?? []

describe("a pending plan", () => {
  it("in manual mode stays pending, whatever was killed, until it is applied", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5501), mail: sleeper(5502) }) })
    await estate.up("--manual")
    const pids = await estate.pids()
    const generation = await estate.generation()
    estate.write(
      "all.ts",
      declare({ web: sleeper(5503), mail: sleeper(5502), extra: sleeper(5504) })
    )
    await waitFor("the plan", waits)
    const before = await waiting()
    for (let round = 0; round < 2; round++) {
      await killAndWait(estate)
      await waitFor("the plan again", waits)
      assert.deepEqual(await waiting(), before)
      assert.deepEqual(await estate.pids(), pids)
      assert.equal(await estate.generation(), generation)
      assert.isTrue((await estate.info()).manual)
    }
    assert.equal((await estate.run("apply")).code, 0)
    assert.equal(await estate.generation(), generation + 1)
    const now = await estate.pids()
    assert.sameMembers(Object.keys(now), ["web", "mail", "extra"])
    assert.equal(now["mail"], pids["mail"])
    await killAndWait(estate)
    assert.deepEqual(await estate.pids(), now)
  })

  it("that was saved while no daemon was there waits too", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5501) }) })
    await estate.up("--manual")
    const pids = await estate.pids()
    const killed = killAndWait(estate)
    estate.write("all.ts", declare({ web: sleeper(5505) }))
    await killed
    await waitFor("the plan", waits)
    assert.deepEqual(await estate.pids(), pids)
  })

  it("that is held as it removes too much stays held", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5501), mail: sleeper(5502) }) })
    await estate.up()
    const pids = await estate.pids()
    estate.write("all.ts", "export {}")
    await waitFor("a hold", waits)
    const { pending } = await estate.reconciler()
    await killAndWait(estate)
    await waitFor("the hold again", waits)
    assert.deepEqual((await estate.reconciler()).pending?.holds, pending?.holds)
    assert.deepEqual(await estate.pids(), pids)
  })
})

describe("a protected program that is no longer declared", () => {
  it("runs on until an operator lets it go", async () => {
    estate = new Estate({
      "kept.ts": declare({ safe: sleeper(5506, { protect: true }) }),
      "web.ts": declare({ web: sleeper(5501) })
    })
    await estate.up()
    const pids = await estate.pids()
    await estate.save(() => {
      estate.remove("kept.ts")
      estate.write("more.ts", declare({ more: sleeper(5502) }))
    })
    const before = await estate.plan()
    await killAndWait(estate)
    assert.deepInclude(await estate.pids(), pids)
    const after = await estate.plan()
    assert.deepEqual(after.actions, before.actions)
    assert.deepEqual(after.held, before.held)
    assert.equal((await estate.run("apply", "--yes-protected")).code, 0)
    assert.sameMembers(Object.keys(await estate.pids()), ["web", "more"])
  })
})

describe("a generation", () => {
  it("that failed is not tried again by the next daemon", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5507) }) })
    await estate.up()
    const bad = {
      command: ["/missing/program"],
      start: { retries: 0, stableAfter: "0s" }
    }
    estate.write("all.ts", declare({ web: sleeper(5507), bad }))
    const isOver = async () => {
      const outcome = (await estate.generations())[0]?.outcome
      return outcome === "failed" || outcome === "unhealthy"
    }
    await waitFor("the failure", isOver)
    const [before] = await estate.generations()
    const tries = (await estate.instance("bad"))?.failures
    const told = (await journal(estate)).filter(
      (body) => "address" in body && body.address === "bad"
    )
    await killAndWait(estate)
    assert.deepEqual((await estate.generations())[0], before)
    assert.equal((await estate.instance("bad"))?.state, "FATAL")
    assert.equal((await estate.instance("bad"))?.failures, tries)
    const after = (await journal(estate)).filter(
      (body) => "address" in body && body.address === "bad"
    )
    assert.deepEqual(after, told)
  })

  it("is not made anew, and numbers go on, with files that were wrong in between", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5508) }) })
    await estate.up()
    const pids = await estate.pids()
    const [first] = await estate.generations()
    estate.write("all.ts", "export const web = nothing")
    await waitFor("the problem", async () => (await estate.reconciler()).problems.length > 0)
    await killAndWait(estate)
    assert.deepEqual(await estate.pids(), pids)
    assert.isAbove((await estate.reconciler()).problems.length, 0)
    assert.deepEqual((await estate.generations())[0], first)
    await estate.save(() =>
      estate.write("all.ts", declare({ web: sleeper(5508), more: sleeper(5509) }))
    )
    assert.equal((await estate.pids())["web"], pids["web"])
    assert.equal(await estate.generation(), (first?.number ?? 0) + 1)
  })
})

describe("what was done by hand", () => {
  it("holds: stopped, started, scaled", async () => {
    const lazy = sleeper(5521, { start: { auto: false, stableAfter: "0s" } })
    estate = new Estate({
      "all.ts": declare({ web: sleeper(5520), lazy, worker: sleeper(5522, { instances: 2 }) })
    })
    await estate.up()
    assert.equal((await estate.run("stop", "web")).code, 0)
    assert.equal((await estate.run("start", "lazy")).code, 0)
    assert.equal((await estate.run("scale", "worker", "3")).code, 0)
    await waitFor("three workers", async () => Object.keys(await estate.pids()).length === 4)
    const pids = await estate.pids()
    const [newest] = await estate.generations()
    await killAndWait(estate)
    assert.deepEqual(await estate.pids(), pids)
    assert.equal((await estate.instance("web"))?.state, "STOPPED")
    assert.deepEqual((await estate.generations())[0], newest)
    assert.equal((await estate.run("release", "all")).code, 0)
    await waitFor("what the files say", async () => {
      const now = Object.keys(await estate.pids()).sort()
      return now.join(" ") === "lazy web worker:0 worker:1"
    })
    assert.equal(await exits(estate, "worker:0"), 0)
  })
})

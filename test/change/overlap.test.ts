/** Updates with `strategy: "overlap"`: the new process is ready before the old one is asked to stop. */
import { writeFileSync } from "node:fs"
import { Agent } from "node:http"
import { afterEach, assert, describe, it } from "vitest"
import { changes, isAlive, journal } from "../real/Death.ts"
import { declare, Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { freePort } from "./Probed.ts"
import { fetchFrom, load, web } from "./Web.ts"

let estate: Estate
afterEach(() => estate.clear())

const set = async (
  version: string,
  fields: object = {},
  update: object = {},
  ...args: ReadonlyArray<string>
) => {
  const port = await freePort()
  estate = new Estate()
  const write = (now: string, more: object = {}) =>
    estate.write("all.ts", declare({ web: web(port, now, { ...fields, ...more }, update) }))
  write(version)
  await estate.up(...args)
  await estate.allReady()
  return { port, write }
}

const gone = (pid: number) => waitFor(`the end of ${pid}`, () => !isAlive(pid))

describe("an update with overlap", () => {
  it("has a new process take the place of the old one, and is RUNNING all the time", async () => {
    const { port, write } = await set("one")
    const before = await estate.pid("web")
    const clients = load(port, 4, 2)
    const told = (await changes(estate, "web")).length
    await estate.save(() => write("two"))
    const after = await estate.pid("web")
    assert.notEqual(after, before)
    await gone(before)
    const { answered, failed } = await clients.stop()
    assert.deepEqual(failed, [])
    assert.isAbove(answered, 10)
    assert.deepEqual((await changes(estate, "web")).slice(told), [])
    const successions = (await journal(estate)).filter(({ kind }) => kind === "succession")
    assert.deepInclude(successions.at(-1), { pid: after, before, failed: null })
    assert.match((await estate.run("why", "web")).out, /generation 2 /)
    assert.isEmpty((await estate.plan()).actions)
    assert.isNull((await estate.instance("web"))?.successor)
  })

  it("says so in the plan", async () => {
    const { write } = await set("one", { instances: 2 }, {}, "--manual")
    write("two")
    const { out } = await estate.run("plan")
    assert.match(out, /restart, 1 at a time, the new process before the old one ends/)
  })

  it("leaves the old process alone where the new one fails, with and without rollback", async () => {
    for (const rollback of [true, false]) {
      const { write } = await set("one", {}, { rollback })
      const before = await estate.pid("web")
      for (const bad of ["fails", "never"]) {
        const { number } = (await estate.generations())[0] ?? { number: 0 }
        write(bad)
        const outcome = rollback ? "rolledBack" : "failed"
        await waitFor("the outcome", async () =>
          (await estate.generations()).some((it) => it.number > number && it.outcome === outcome)
        )
        assert.equal(await estate.pid("web"), before)
      }
      await waitFor("one process", async () => (await estate.instance("web"))?.state === "RUNNING")
      await estate.save(() => write("two"))
      assert.notEqual(await estate.pid("web"), before)
      await estate.clear()
    }
  })

  it("is given up for newer content, and for a stop by hand, which ends both", async () => {
    const { write } = await set("one", { ready: { kind: "notify", fd: 9, within: "1 hour" } })
    const before = await estate.pid("web")
    const comingPid = async (not = 0) => {
      let pid = 0
      await waitFor("a new process", async () => {
        pid = (await estate.instance("web"))?.successor?.pid ?? 0
        return pid !== 0 && pid !== not
      })
      return pid
    }
    write("never")
    const first = await comingPid()
    write("never", { environment: { X: "1" } })
    const second = await comingPid(first)
    await gone(first)
    assert.equal(await estate.pid("web"), before)
    await estate.run("stop", "web")
    assert.isFalse(isAlive(before))
    assert.isFalse(isAlive(second))
  })

  it("to another address of the same place is a plain restart of a single instance", async () => {
    const { port, write } = await set("one")
    await estate.save(() => write("one", { sockets: { http: `:${port}` } }))
    assert.isEmpty((await estate.plan()).actions)
    assert.equal((await estate.generations())[0]?.outcome, "applied")
    assert.equal((await fetchFrom(port, new Agent())).version, "one")
  })

  it("to another address of the same place fails for several, and says how it is done", async () => {
    const { port, write } = await set("one", { instances: 2 })
    const before = await estate.pid("web:0")
    write("one", { sockets: { http: `:${port}` } })
    const undone = async () => (await estate.generations()).find(({ number }) => number === 2)
    await waitFor("the outcome", async () => (await undone())?.outcome === "rolledBack")
    const detail = (await undone())?.detail
    const both = `cannot listen at :${port} (socket "http"): its own processes listen at 127.0.0.1:${port}`
    assert.include(detail, `${both}, and both cannot be open at once: stop the program, run`)
    assert.equal(await estate.pid("web:0"), before)
    for (const command of [["stop", "web"], ["apply"], ["start", "web"]]) {
      const { code, err, out } = await estate.run(...command)
      assert.equal(code, 0, `${command}: ${out}${err}`)
    }
    assert.isEmpty((await estate.plan()).actions)
    assert.equal((await estate.instance("web:1"))?.state, "RUNNING")
  })
})

describe("a restart by hand of a program with overlap", () => {
  it("does what an update does, so many at a time, and no request fails", async () => {
    const { port } = await set("one", { instances: 3 })
    const pids = async () =>
      Promise.all(["web:0", "web:1", "web:2"].map((address) => estate.pid(address)))
    const before = await pids()
    const clients = load(port, 4, 2)
    const { code, out } = await estate.run("restart", "web")
    assert.equal(code, 0, out)
    assert.match(out, /web:2 +restarted/)
    const after = await pids()
    for (const pid of before) await gone(pid)
    const { failed } = await clients.stop()
    assert.deepEqual(failed, [])
    assert.isEmpty(after.filter((pid) => before.includes(pid)))
    const successions = (await journal(estate)).filter(({ kind }) => kind === "succession")
    assert.lengthOf(successions, 3)
    assert.equal((await estate.generations())[0]?.number, 1)
    assert.isEmpty((await estate.plan()).actions)
  })

  /** What the next process is, is in a file. */
  const setByFile = async (fields: object = {}, update: object = {}) => {
    estate = new Estate()
    const port = await freePort()
    const file = estate.path("version")
    const be = (version: string) => writeFileSync(file, version)
    be("one")
    const { command, ...rest } = web(port, "one", fields, update)
    const script = `exec ${command.slice(0, 2).join(" ")} "$(cat ${file})"`
    estate.write("all.ts", declare({ web: { ...rest, command: ["sh", "-c", script] } }))
    await estate.up()
    await estate.allReady()
    return be
  }

  it("leaves what runs alone where the new process fails, and says so", async () => {
    const be = await setByFile({ instances: 2 })
    const before = await estate.pid("web:0")
    be("fails")
    const { code, out } = await estate.run("restart", "web")
    assert.equal(code, 1)
    assert.match(out, /web:0 +its new process failed: .*; pid \d+ goes on/)
    assert.match(out, /web:1 +left as it is, as web:0 failed/)
    assert.equal(await estate.pid("web:0"), before)
    assert.isNull((await estate.instance("web:0"))?.successor)
    assert.isEmpty((await estate.plan()).actions)
    be("one")
    assert.equal((await estate.run("restart", "web:0")).code, 0)
    assert.notEqual(await estate.pid("web:0"), before)
  })

  it("leaves alone what is stopped while it waits for its turn", async () => {
    const be = await setByFile({ instances: 2, ready: { kind: "notify", fd: 9 } })
    be("never")
    const restarting = estate.run("restart", "web")
    const isComing = async (address: string) =>
      (await estate.instance(address))?.successor?.failed === null
    await waitFor("a new process", () => isComing("web:0"))
    await estate.run("stop", "web:1")
    await estate.run("stop", "web:0")
    const { out } = await restarting
    assert.match(out, /web:0 +its new process was not wanted any more/)
    assert.match(out, /web:1 +left /)
    for (const address of ["web:0", "web:1"]) {
      assert.equal((await estate.instance(address))?.state, "STOPPED")
    }
  })

  it("has the time that an update has", async () => {
    const be = await setByFile({ ready: { kind: "notify", fd: 9 } }, { deadline: "2 seconds" })
    const before = await estate.pid("web")
    be("never")
    const asked = await estate.run("restart", "--no-wait", "web")
    assert.match(asked.out, /web +gets a new process/)
    const { out } = await estate.run("restart", "web")
    assert.match(out, /its new process failed: not ready within 2s; pid \d+ goes on/)
    assert.equal(await estate.pid("web"), before)
    assert.isEmpty((await estate.plan()).actions)
    assert.equal((await estate.generations()).length, 1)
  })
})

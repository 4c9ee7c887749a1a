import { existsSync, readFileSync, renameSync } from "node:fs"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "vitest"
import { waitFor } from "./reeve.ts"
import { isAlive, programFile, Site, sleeper } from "./site.ts"

let site: Site

afterEach(() => site.clear())

describe("reeve up -d", () => {
  it("returns when the programs are started, follows a save, and ends with down", async () => {
    site = new Site({ "web.ts": sleeper("web", 1001), "db.ts": sleeper("db", 1002) })
    const up = site.run("up", "-d")
    assert.equal(up.code, 0, up.err)
    const before = { web: await site.pid("web"), db: await site.pid("db") }
    assert.isNotNull(before.web)
    assert.isNotNull(before.db)

    site.write("web.ts", sleeper("web", 1003))
    await waitFor("a new process of web", async () => {
      const pid = await site.pid("web")
      return pid !== null && pid !== before.web
    })
    assert.equal(await site.pid("db"), before.db)

    const info = await site.info()
    const down = site.run("down")
    assert.equal(down.code, 0, down.err)
    const pids = [info.daemon.pid, info.keeper?.pid ?? 0, before.db ?? 0]
    assert.deepEqual(pids.filter(isAlive), [])
    assert.equal(site.run("status").code, 5)
  })

  it("refuses a second reeve on the same state directory, and names the first", async () => {
    site = new Site({ "web.ts": sleeper("web", 1001) })
    assert.equal(site.run("up", "-d").code, 0)
    const info = await site.info()
    const pid = await site.pid("web")
    for (const args of [["up"], ["up", "-d"]]) {
      const second = site.run(...args)
      assert.equal(second.code, 5)
      assert.include(second.err, `pid ${info.keeper?.pid}`)
    }
    assert.equal(await site.pid("web"), pid)
  })

  it("says why where its directories cannot be made, and exits 1", () => {
    site = new Site({ "web.ts": sleeper("web", 1001) })
    for (const args of [["up"], ["up", "-d"]]) {
      const refused = site.run(...args, "--state-dir", "/proc/reeve")
      assert.equal(refused.code, 1)
      assert.match(refused.err, /^reeve: .*\/proc\/reeve/)
    }
  })

  it("stays and waits for a correction when the files have errors and nothing was ever accepted", async () => {
    site = new Site({ "web.ts": "export const web = defineProgramm({" })
    const up = site.run("up", "-d")
    assert.equal(up.code, 1)
    assert.match(up.out, /programs\/web\.ts:1:\d+/)
    site.write("web.ts", sleeper("web", 1001))
    await waitFor("web to run", async () => (await site.pid("web")) !== null)
  })
})

describe("a crash", () => {
  it("of the daemon leaves the programs alone: the keeper starts another, which takes them over", async () => {
    site = new Site({ "web.ts": sleeper("web", 1001) })
    const up = site.start("up")
    await waitFor("the daemon to run", async () => {
      const seen = await site.info().catch(() => null)
      return seen?.phase === "running"
    })
    const pid = (await site.pid("web")) ?? 0
    const info = await site.info()
    assert.equal(info.keeper?.pid, up.child.pid)
    process.kill(info.daemon.pid, "SIGKILL")
    await waitFor("the next daemon", async () => {
      const next = await site.info().catch(() => null)
      return next !== null && next.daemon.pid !== info.daemon.pid && next.phase === "running"
    })
    assert.equal(await site.pid("web"), pid)
    const next = await site.info()
    assert.equal(next.run, 2)
    assert.equal(next.before?.text, "by SIGKILL")
    assert.include(up.collected.err, "ended unexpectedly by SIGKILL; it is started again")
    up.child.kill("SIGTERM")
    assert.equal(await up.ended, 0)
    assert.isFalse(isAlive(pid))
  })

  it("of keeper and daemon leaves the programs alone; the next up takes them over", async () => {
    site = new Site({ "web.ts": sleeper("web", 1001) })
    assert.equal(site.run("up", "-d").code, 0)
    const pid = (await site.pid("web")) ?? 0
    const info = await site.info()
    process.kill(info.keeper?.pid ?? 0, "SIGKILL")
    process.kill(info.daemon.pid, "SIGKILL")
    await waitFor("both to be gone", () => !isAlive(info.daemon.pid))
    assert.isTrue(isAlive(pid))
    assert.equal(site.run("up", "-d").code, 0)
    assert.equal(await site.pid("web"), pid)
    assert.equal(site.run("down").code, 0)
    assert.isFalse(isAlive(pid))
  })
})

describe("signals to the keeper", () => {
  it("TERM, INT and QUIT stop in order, with status 0", async () => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
      site = new Site({ "web.ts": sleeper("web", 1001) })
      const up = site.start("up")
      await waitFor("web to run", async () => (await site.pid("web")) !== null)
      const pid = (await site.pid("web")) ?? 0
      up.child.kill(signal)
      assert.equal(await up.ended, 0, up.collected.err)
      assert.isFalse(isAlive(pid))
      if (signal !== "SIGQUIT") await site.clear()
    }
  })

  it("USR2 reopens reeve's own log, whose place follows defineSupervisor while it runs", async () => {
    site = new Site({ "web.ts": sleeper("web", 1001) })
    assert.equal(site.run("up", "-d").code, 0)
    const own = join(site.directory, "own.log")
    const settings = `export const s = defineSupervisor({ log: { file: ${JSON.stringify(own)} } })`
    site.write("own.ts", `import { defineSupervisor } from "reeve"\n\n${settings}\n`)
    await waitFor("the new file", () => existsSync(own))
    site.run("restart", "web")
    await waitFor("lines in it", () => readFileSync(own, "utf8").includes("spawned: 'web'"))
    renameSync(own, `${own}.1`)
    process.kill((await site.info()).daemon.pid, "SIGUSR2")
    await waitFor("it to be made anew", () => existsSync(own))
  })

  it("USR1 means nothing to the daemon, HUP and USR2 do not end it", async () => {
    site = new Site({ "web.ts": sleeper("web", 1001) })
    assert.equal(site.run("up", "-d").code, 0)
    const info = await site.info()
    const pid = await site.pid("web")
    for (const signal of ["SIGUSR1", "SIGHUP", "SIGUSR2"]) process.kill(info.daemon.pid, signal)
    await waitFor("the signals to be noticed", () =>
      ["SIGHUP", "SIGUSR2"].every((signal) => site.log().includes(signal))
    )
    assert.equal((await site.info()).daemon.pid, info.daemon.pid)
    assert.equal(await site.pid("web"), pid)
  })
})

describe("the foreground", () => {
  it("shows the plan, progress, and what programs print with their names", async () => {
    const command = ["sh", "-c", "echo hello; exec sleep 1001"]
    site = new Site({ "web.ts": programFile("web", command) })
    const up = site.start("up")
    await waitFor("the output of web", () => up.collected.out.includes("web | hello"))
    assert.match(up.collected.out, /\+ web +programs\/web\.ts:3/)
    assert.match(up.collected.out, /web started \(pid \d+\)/)
    assert.notInclude(up.collected.out, "reeve status", "no hint where nobody watches")
  })

  it("goes on when nobody reads what it prints", async () => {
    const line = "yes 0123456789012345678901234567890123456789"
    const command = ["sh", "-c", `${line} | head -c 20000000; exec sleep 1001`]
    site = new Site({
      "noise.ts": programFile("noise", command),
      "web.ts": sleeper("web", 1001)
    })
    const up = site.start("up")
    up.child.stdout.pause()
    await waitFor("web to run", async () => (await site.pid("web")) !== null)
    const pid = await site.pid("web")
    site.write("web.ts", sleeper("web", 1002))
    await waitFor("a new process of web", async () => ![pid, null].includes(await site.pid("web")))
    up.child.kill("SIGTERM")
    assert.equal(await up.ended, 0)
  })
})

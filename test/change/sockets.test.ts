import { lstatSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { afterEach, assert, describe, it } from "vitest"
import { declare, Estate, isRoot } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { freePort, until } from "./Probed.ts"
import { ask, askOn, refusal, serving, socketsOf } from "./Served.ts"

let estate: Estate
afterEach(() => estate.clear())

const exists = (path: string): boolean => {
  try {
    return lstatSync(path).isSocket()
  } catch {
    return false
  }
}

describe("a program with sockets", () => {
  it("gets them from descriptor 3 on, named, in the order they are written, and nothing else", async () => {
    const port = await freePort()
    estate = new Estate()
    const path = estate.path("web.sock")
    const sockets = { http: `127.0.0.1:${port}`, admin: { address: `unix:${path}`, mode: "0640" } }
    estate.write("all.ts", declare({ web: serving(sockets, { instances: 2 }) }))
    await estate.up()
    const first = await ask(port)
    assert.equal(first.listenPid, first.pid)
    assert.equal(first.names, "http:admin")
    assert.equal(first.fd, 3)
    assert.equal((await ask(path)).fd, 4)
    assert.equal(lstatSync(path).mode & 0o777, 0o640)
    const { "web:0": zero = 0, "web:1": one = 0 } = await estate.pids()
    const given = (pid: number) => [3, 4].map((fd) => socketsOf(pid)[String(fd)])
    assert.deepEqual(given(zero), given(one))
    for (const [fd, target] of Object.entries(first.descriptors)) {
      if (Number(fd) < 3) continue
      // Node's own have no name and are no sockets; no descriptor of reeve's comes along.
      if (Number(fd) <= 4) assert.match(target, /^socket:/)
      else assert.match(target, /^(anon_inode:|pipe:|\/dev\/null|\/proc\/)/, `${fd} ${target}`)
    }
    const { out } = await estate.run("describe", "web:0")
    assert.include(out, `http 127.0.0.1:${port}, admin unix:${path}`)
    const { out: plan } = await estate.run("plan")
    assert.match(plan, /no changes|No changes|nothing/i)
  })

  it("refuses no client while it restarts, stops, or crashes", async () => {
    const port = await freePort()
    estate = new Estate()
    estate.write("all.ts", declare({ web: serving({ http: `127.0.0.1:${port}` }) }))
    await estate.up()
    const pids = new Set([await estate.pid("web")])
    const clients = askOn(port)
    for (let round = 0; round < 3; round++) {
      const ran = await estate.run("restart", "web")
      assert.equal(ran.code, 0, ran.err)
      pids.add(await estate.pid("web"))
    }
    const before = await estate.pid("web")
    process.kill(before, "SIGKILL")
    await until(estate, "web", "to be back", (it) => (it.process?.pid ?? before) !== before)
    await waitFor("clients", () => clients.answers.length > 300)
    const { failed, answers } = await clients.stop()
    // One that was accepted by the killed process is lost with it.
    assert.isAtMost(failed.length, 1, JSON.stringify(failed))
    assert.notInclude(failed, "ECONNREFUSED")
    assert.isAbove(answers.length, 300)

    await estate.run("stop", "web")
    const waiting = ask(port)
    await estate.run("start", "web")
    assert.equal((await waiting).pid, await estate.pid("web"))
  })

  it("is restarted alone when an address changes; the old one is closed", async () => {
    const [port, other] = [await freePort(), await freePort()]
    estate = new Estate()
    const path = estate.path("admin.sock")
    const write = (sockets: object) =>
      estate.write(
        "all.ts",
        declare({ web: serving(sockets, { instances: 2 }), still: serving({}) })
      )
    write({ http: `127.0.0.1:${port}`, admin: path })
    await estate.up()
    const before = await estate.pids()
    await estate.save(() => write({ http: `127.0.0.1:${other}`, admin: path }))
    assert.equal((await ask(other)).names, "http:admin")
    assert.equal(await refusal(port), "ECONNREFUSED")
    const after = await estate.pids()
    assert.equal(after["still"], before["still"])
    assert.notEqual(after["web:0"], before["web:0"])
    await estate.save(() => write({ http: `127.0.0.1:${other}` }))
    assert.isFalse(exists(path))
    await estate.save(() => estate.write("all.ts", declare({ still: serving({}) })))
    assert.equal(await refusal(other), "ECONNREFUSED")
    assert.equal((await estate.pids())["still"], before["still"])
  })

  it("makes room for itself: from one address to all, and to another program", async () => {
    const port = await freePort()
    estate = new Estate()
    const write = (programs: Parameters<typeof declare>[0]) =>
      estate.write("all.ts", declare({ ...programs, still: serving({}) }))
    write({ web: serving({ http: `127.0.0.1:${port}` }) })
    await estate.up()
    await estate.save(() => write({ web: serving({ http: `:${port}` }) }))
    const { pid } = await ask(port)
    assert.equal(pid, await estate.pid("web"))
    await estate.save(() => write({ other: serving({ http: `127.0.0.1:${port}` }) }))
    assert.equal((await ask(port)).pid, await estate.pid("other"))
    assert.equal((await estate.instance("other"))?.starts, 1)
  })

  it("keeps its sockets under a new name, also with another backlog", async () => {
    const port = await freePort()
    estate = new Estate()
    const declared = (backlog?: number) =>
      serving({ http: { address: `127.0.0.1:${port}`, ...(backlog ? { backlog } : {}) } })
    estate.write("all.ts", declare({ web: declared() }))
    await estate.up()
    const before = await ask(port)
    const renamed = (more: object) => declare({ shop: { ...more, renamedFrom: "web" } })
    await estate.save(() => estate.write("all.ts", renamed(declared())))
    assert.equal((await ask(port)).pid, before.pid)
    const clients = askOn(port)
    await estate.save(() => estate.write("all.ts", renamed(declared(9))))
    const { failed } = await clients.stop()
    assert.deepEqual(failed, [])
    assert.notEqual((await ask(port)).pid, before.pid)
    await estate.save(() => estate.write("all.ts", declare({ other: serving({}) })))
    assert.equal(await refusal(port), "ECONNREFUSED")
  })

  it("fails to start where somebody else listens, says who, and starts when that is gone", async () => {
    const server = createServer().listen(0, "127.0.0.1")
    await new Promise((resolve) => server.once("listening", resolve))
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    estate = new Estate()
    const backoff = { kind: "fixed", delay: "200ms" }
    const sockets = { http: `127.0.0.1:${port}` }
    estate.write("all.ts", declare({ web: serving(sockets, { restart: { backoff } }) }))
    await estate.up()
    const { spawnError } = await until(estate, "web", "to fail", (it) => it.spawnError !== "")
    const comm = readFileSync("/proc/self/comm", "utf8").trim()
    assert.equal(
      spawnError,
      `cannot listen at 127.0.0.1:${port} (socket "http"): Address already in use by ${comm} (pid ${process.pid})`
    )
    await new Promise((resolve) => server.close(resolve))
    await estate.waitForState("web", "RUNNING")
    assert.equal((await ask(port)).fd, 3)
  })

  it("takes the place of a stale file, not of another's, and leaves none behind", async () => {
    estate = new Estate()
    const [stale, file] = [estate.path("stale.sock"), estate.path("file.sock")]
    const left = createServer().listen(stale)
    await new Promise((resolve) => left.once("listening", resolve))
    await new Promise((resolve) => left.close(resolve))
    writeFileSync(file, "precious")
    estate.write(
      "all.ts",
      declare({
        web: serving({ a: stale }),
        never: serving({ a: file }, { start: { retries: 0 } })
      })
    )
    const up = await estate.up()
    assert.equal((await ask(stale)).fd, 3)
    assert.equal(lstatSync(stale).mode & 0o777, 0o600)
    const { spawnError } = await estate.waitForState("never", "FATAL")
    assert.include(spawnError, `${file} exists and is not a socket; remove it`)
    await estate.run("down")
    await up.ended
    assert.isFalse(exists(stale))
    assert.equal(readFileSync(file, "utf8"), "precious")
  })

  it("has the right LISTEN_PID behind each link of the exec chain", async () => {
    estate = new Estate()
    const user = isRoot ? { user: "nobody" } : {}
    const links: Readonly<Record<string, object>> = {
      plain: {},
      umask: { umask: "027" },
      dies: { dieWithSupervisor: true },
      limits: { limits: { openFiles: 512, nice: 5, oomScoreAdjust: 500 } },
      user,
      memory: { limits: { memory: "1GB" } },
      ready: { ready: { kind: "notify", fd: 9, within: "1 hour" } },
      pwd: { environment: { PWD: "/elsewhere", LD_BIND_NOW: "1" } },
      all: {
        ...user,
        umask: "027",
        dieWithSupervisor: true,
        limits: { openFiles: 512, nice: 5, oomScoreAdjust: 500, memory: "1GB" },
        environment: { PWD: "/elsewhere", LD_BIND_NOW: "1" },
        ready: { kind: "notify", fd: 5, within: "1 hour" }
      }
    }
    const path = (name: string, which: string) => `/tmp/reeve-s-${process.pid}-${name}-${which}`
    const programs = Object.entries(links).map(([name, fields]) => [
      name,
      serving({ a: path(name, "a"), b: path(name, "b") }, fields)
    ])
    estate.write("all.ts", declare(Object.fromEntries(programs)))
    await estate.up()
    for (const [name, fields] of Object.entries(links)) {
      const answer = await ask(path(name, "b"))
      assert.equal(answer.pid, await estate.pid(name), name)
      assert.equal(answer.listenPid, answer.pid, name)
      assert.equal(answer.names, "a:b", name)
      assert.equal(answer.fd, 4, name)
      if ("umask" in fields) assert.equal(answer.umask, "27", name)
      if (name === "limits" || name === "all") assert.equal(answer.openFiles, "512", name)
      if ("user" in fields) assert.equal(answer.uid, 65534, name)
      assert.equal(answer.pwd, "environment" in fields ? "/elsewhere" : null, name)
    }
  })

  it("gets no sockets and variables of those that reeve itself was started with", async () => {
    const port = await freePort()
    estate = new Estate()
    const more = { inheritEnvironment: "all" }
    estate.write(
      "all.ts",
      declare({ web: serving({ a: `[::1]:${port}` }, more), none: serving({}, more) })
    )
    Object.assign(estate.environment, { LISTEN_FDS: "7", LISTEN_PID: "1", LISTEN_FDNAMES: "x" })
    await estate.up()
    const answer = await ask(port, "::1")
    assert.deepEqual([answer.names, answer.listenPid], ["a", answer.pid])
    const environment = readFileSync(`/proc/${await estate.pid("none")}/environ`, "utf8")
    assert.notInclude(environment, "LISTEN_")
    assert.deepEqual(socketsOf(await estate.pid("none"))["3"], undefined)
  })
})

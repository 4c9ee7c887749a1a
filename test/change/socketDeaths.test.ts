/** Sockets of programs while reeve dies, is upgraded, or has its keeper replaced. */
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { another, isAlive, kill, killAndWait, SIGKILL } from "../real/Death.ts"
import { declare, Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { freePort } from "./Probed.ts"
import { ask, askOn, refusal, serving, socketsOf } from "./Served.ts"

let estate: Estate
afterEach(() => estate.clear())

const listening = (pid: number) => socketsOf(pid)["3"]

describe("sockets of programs", () => {
  it("outlive a killed daemon, also of programs that are down, and refuse nobody", async () => {
    const [port, downPort] = [await freePort(), await freePort()]
    estate = new Estate()
    const path = estate.path("b.sock")
    estate.write(
      "all.ts",
      declare({
        web: serving(
          { http: `127.0.0.1:${port}`, b: path },
          { instances: 2, restart: { when: "always" } }
        ),
        down: serving({ http: `127.0.0.1:${downPort}` })
      })
    )
    await estate.up()
    await estate.run("stop", "down")
    const socket = listening(await estate.pid("web:0"))
    const clients = askOn(port)
    const waiting = ask(downPort)
    for (let round = 0; round < 3; round++) {
      const before = await kill(estate)
      // Nobody is there who could start it again before the next daemon is.
      process.kill(await lastPid(clients.answers), "SIGTERM")
      await another(estate, before)
      await estate.waitForState("web:0", "RUNNING")
      await estate.waitForState("web:1", "RUNNING")
    }
    await waitFor("clients", () => clients.answers.length > 300)
    const { failed, pids } = await clients.stop()
    assert.deepEqual(failed, [])
    assert.isAbove(pids.size, 2)
    assert.equal(listening(await estate.pid("web:0")), socket)
    assert.equal((await ask(path)).fd, 4)
    await estate.run("start", "down")
    assert.equal((await waiting).pid, await estate.pid("down"))
    assert.isEmpty((await estate.plan()).actions)
  })

  it("are passed on by a daemon that dies while the program restarts", async () => {
    const port = await freePort()
    estate = new Estate()
    estate.write("all.ts", declare({ web: serving({ http: `127.0.0.1:${port}` }) }))
    await estate.up()
    const clients = askOn(port)
    for (let round = 0; round < 4; round++) {
      const { daemon } = await estate.info()
      const restarting = estate.run("restart", "web")
      await new Promise((resolve) => setTimeout(resolve, 200 + 40 * round))
      libc.kill(daemon.pid, SIGKILL)
      await another(estate, daemon.pid)
      await restarting
      await estate.waitForState("web", "RUNNING")
    }
    const { failed } = await clients.stop()
    assert.deepEqual(failed, [])
  })

  it("are opened anew where keeper and daemon both die, and the programs with them", async () => {
    const port = await freePort()
    estate = new Estate()
    const path = estate.path("b.sock")
    const web = serving({ http: `127.0.0.1:${port}`, b: path })
    estate.write("all.ts", declare({ web }))
    const up = await estate.up()
    const pid = await estate.pid("web")
    const { daemon } = await estate.info()
    libc.kill(up.pid, SIGKILL)
    libc.kill(daemon.pid, SIGKILL)
    await waitFor("their end", () => !isAlive(up.pid) && !isAlive(daemon.pid))
    // The process has them still, and the next daemon gets copies of them from it.
    const socket = listening(pid)
    await estate.up()
    assert.equal(await estate.pid("web"), pid)
    const clients = askOn(port)
    await estate.run("restart", "web")
    assert.notEqual(await estate.pid("web"), pid)
    assert.equal(listening(await estate.pid("web")), socket)
    assert.deepEqual((await clients.stop()).failed, [])
    const { daemon: next, keeper } = await estate.info()
    if (keeper === null) throw new Error("no keeper")
    const last = await estate.pid("web")
    for (const one of [keeper.pid, next.pid, last]) libc.kill(one, SIGKILL)
    await waitFor("nobody listening", async () => (await refusal(port)) === "ECONNREFUSED")
    await estate.up()
    await estate.waitForState("web", "RUNNING")
    assert.equal((await ask(port)).fd, 3)
    assert.equal((await ask(path)).fd, 4)
  })

  it("are left to programs that go on without reeve, and shared again by the next up", async () => {
    const port = await freePort()
    estate = new Estate()
    estate.write("all.ts", declare({ web: serving({ http: `127.0.0.1:${port}` }) }))
    const up = await estate.up()
    const { pid } = await ask(port)
    await estate.run("down", "--leave")
    await up.ended
    assert.equal((await ask(port)).pid, pid)
    await estate.up()
    const clients = askOn(port)
    await estate.run("restart", "web")
    assert.deepEqual((await clients.stop()).failed, [])
    assert.notEqual((await ask(port)).pid, pid)
  })
})

/** Of a process that answered; waits for the first answer. */
const lastPid = async (answers: ReturnType<typeof askOn>["answers"]): Promise<number> => {
  const before = answers.length
  await waitFor("an answer", () => answers.length > before)
  const last = answers.findLast((answer) => typeof answer !== "string")
  return typeof last === "object" ? last.pid : Promise.reject(new Error("no answer"))
}

describe("an upgrade", () => {
  it("refuses no client, nor does a new keeper", async () => {
    const port = await freePort()
    estate = new Estate()
    estate.write("all.ts", declare({ web: serving({ http: `127.0.0.1:${port}` }) }))
    await estate.up()
    const socket = listening(await estate.pid("web"))
    const clients = askOn(port)
    const { daemon, keeper } = await estate.info()
    const upgraded = await estate.run("upgrade", "--force")
    assert.equal(upgraded.code, 0, upgraded.err)
    assert.notEqual((await estate.info()).daemon.pid, daemon.pid)
    await estate.run("restart", "web")
    const renewed = await estate.run("up", "--replace-keeper")
    assert.equal(renewed.code, 0, renewed.err)
    assert.equal((await estate.info()).keeper?.pid, keeper?.pid)
    await killAndWait(estate)
    await estate.run("restart", "web")
    assert.equal(listening(await estate.pid("web")), socket)
    const { failed, pids } = await clients.stop()
    assert.deepEqual(failed, [])
    assert.isAtLeast(pids.size, 2)
  })
})

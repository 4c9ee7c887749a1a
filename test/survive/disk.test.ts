/** Directories and databases that fail while the daemon dies: nothing is started twice, nothing by itself that was not to run. */

import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { another, isAlive, journal, kill, killAndWait, SIGKILL, SIGTERM } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate

afterEach(() => estate.clear())

/** A task that ran, one that was stopped by hand, two that run; `runs`: where the task tells of each of its runs. */
const four = (runs: string) =>
  declare({
    web: sleeper(5301),
    mail: sleeper(5302),
    held: sleeper(5303),
    once: {
      command: ["sh", "-c", "echo run >> $RUNS"],
      environment: { RUNS: runs },
      start: { stableAfter: "0s" },
      restart: { when: "never" }
    }
  })

const begin = async (...args: ReadonlyArray<string>) => {
  const up = await estate.up(...args)
  assert.equal((await estate.run("stop", "held")).code, 0)
  await estate.waitForState("once", "EXITED")
  return up
}

/** The two go on with their processes, and the others rest as they did. */
const isAsBefore = async (pids: Record<string, number>) => {
  assert.deepEqual(await estate.pids(), pids)
  assert.deepEqual(Object.values(pids).filter(isAlive), Object.values(pids))
  assert.equal((await estate.instance("held"))?.state, "STOPPED")
  assert.equal((await estate.instance("once"))?.state, "EXITED")
  assert.equal(fs.readFileSync(estate.path("runs"), "utf8"), "run\n")
}

/** Processes that sleep so long. */
const sleepersOf = (seconds: number): number =>
  fs.readdirSync("/proc").filter((name) => {
    try {
      return fs.readFileSync(`/proc/${name}/cmdline`, "utf8") === `sleep\0${seconds}\0`
    } catch {
      return false
    }
  }).length

const fill = (path: string): void => {
  const fd = fs.openSync(`${path}/filler`, "w")
  const bytes = Buffer.alloc(4096)
  try {
    for (;;) fs.writeSync(fd, bytes)
  } catch {
    fs.closeSync(fd)
  }
}

describe("databases", () => {
  for (const [how, harm] of [
    ["deleted", (path: string) => fs.rmSync(path)],
    ["overwritten", (path: string) => fs.writeFileSync(path, "x".repeat(20_000))]
  ] as const) {
    for (const name of ["run/processes.db", "state.db"]) {
      it(`${name} that is ${how} while the daemon runs starts no process twice`, async () => {
        estate = new Estate()
        estate.write("all.ts", four(estate.path("runs")))
        await begin()
        const pids = await estate.pids()
        const daemon = await kill(estate)
        harm(`${estate.state}/${name}`)
        for (const suffix of ["-wal", "-shm"]) {
          fs.rmSync(`${estate.state}/${name}${suffix}`, { force: true })
        }
        await another(estate, daemon)
        const now = await estate.pids()
        assert.deepInclude(now, { web: pids["web"], mail: pids["mail"] })
        assert.deepEqual(Object.values(pids).filter(isAlive), Object.values(pids))
        const texts = (await journal(estate)).flatMap((body) =>
          body.kind === "daemon" ? body.text : []
        )
        assert.isTrue(
          texts.some((text) => text.includes(name) && text.includes("Lost")),
          texts.join("\n")
        )
      })
    }
  }

  it("the whole runtime directory that is removed starts no process twice, and output goes on", async () => {
    const web = {
      command: ["sh", "-c", "while :; do echo line; sleep 0.05; done"],
      start: { stableAfter: "0s" }
    }
    estate = new Estate({ "all.ts": declare({ web, mail: sleeper(5302) }) })
    const up = await estate.up()
    const pids = await estate.pids()
    const log = (await estate.instance("web"))?.stdoutLog ?? ""
    const { daemon } = await estate.info()
    fs.rmSync(`${estate.state}/run`, { recursive: true })
    libc.kill(daemon.pid, SIGKILL)
    await estate.running(up)
    assert.deepEqual(await estate.pids(), pids)
    const size = fs.statSync(log).size
    await waitFor("more output", () => fs.statSync(log).size > size)
  })
})

describe("the whole state directory that is removed while a daemon runs", () => {
  it("starts no process twice: a second up names the first one, which can be ended", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5310), mail: sleeper(5311) }) })
    const up = await estate.up()
    const pids = Object.values(await estate.pids())
    const { daemon } = await estate.info()
    fs.rmSync(estate.state, { recursive: true })
    for (const words of [["up"], ["up", "-d"]]) {
      const second = await estate.run(...words)
      assert.equal(second.code, 5)
      assert.include(second.err, `Another reeve (pid ${daemon.pid}) still runs on ${estate.state}`)
    }
    assert.isTrue(pids.every(isAlive))
    assert.deepEqual([5310, 5311].map(sleepersOf), [1, 1])
    libc.kill(daemon.pid, SIGTERM)
    await up.ended
    assert.isFalse(pids.some(isAlive))
    await estate.up()
    assert.lengthOf(Object.keys(await estate.pids()), 2)
  })

  it("is made anew by the daemon that follows one that dies, and the programs go on", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5312) }) })
    const up = await estate.up()
    const before = await estate.pids()
    const { daemon } = await estate.info()
    fs.rmSync(estate.state, { recursive: true })
    libc.kill(daemon.pid, SIGKILL)
    await estate.running(up)
    assert.deepEqual(await estate.pids(), before)
    const second = await estate.run("up")
    assert.equal(second.code, 5)
    assert.include(second.err, "already runs on")
  })
})

describe("the directory of FIFOs", () => {
  it("that is emptied and then removed while a daemon runs keeps no program from a start", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5301) }) })
    await estate.up()
    fs.rmSync(`${estate.state}/run/fifos`, { recursive: true })
    const pid = await estate.pid("web")
    libc.kill(pid, SIGKILL)
    await waitFor("another process", async () => {
      const now = (await estate.instance("web"))?.process?.pid
      return now !== undefined && now !== pid
    })
  })
})

/** Only where mounting is permitted: elsewhere these tests say nothing. */
describe("a file system of its own", () => {
  const mounted = (name: ".reeve" | ".reeve/run", size = "6m"): string | null => {
    if (name === ".reeve/run") fs.mkdirSync(estate.state, { mode: 0o700 })
    return estate.mount(name, `size=${size},mode=700`)
  }

  for (const name of [".reeve/run", ".reeve"] as const) {
    it(`for ${name} that is full when the daemon dies: all goes on, and what rests stays at rest`, async () => {
      estate = new Estate()
      estate.write("all.ts", four(estate.path("runs")))
      const path = mounted(name)
      if (path === null) return
      await begin()
      const pids = await estate.pids()
      fill(path)
      await killAndWait(estate)
      await isAsBefore(pids)
      libc.kill(pids["web"] ?? 0, SIGKILL)
      const isAnother = async () => {
        const pid = (await estate.pids())["web"]
        return pid !== undefined && pid !== pids["web"]
      }
      await waitFor("web again", isAnother)
      const after = await estate.pids()
      await killAndWait(estate)
      await isAsBefore(after)
      fs.rmSync(`${path}/filler`)
      await killAndWait(estate)
      await isAsBefore(after)
    })
  }

  it("that is read-only when the daemon dies: programs go on, and it comes back when one can write", async () => {
    estate = new Estate()
    estate.write("all.ts", four(estate.path("runs")))
    const path = mounted(".reeve")
    if (path === null) return
    const up = await begin()
    const pids = await estate.pids()
    const { daemon } = await estate.info()
    // A file system that somebody writes to cannot be made so as a whole: what is opened from now on is.
    assert.equal(spawnSync("mount", ["--bind", path, path]).status, 0)
    assert.equal(spawnSync("mount", ["-o", "remount,bind,ro", path]).status, 0)
    libc.kill(daemon.pid, SIGKILL)
    await waitFor("a try that fails", () => up.said().includes("in 1 s"))
    assert.deepEqual(Object.values(pids).filter(isAlive), Object.values(pids))
    assert.equal(spawnSync("umount", ["-l", path]).status, 0)
    await another(estate, daemon.pid)
    await isAsBefore(pids)
  })

  it("that vanished when the daemon dies: no program is started twice", async () => {
    estate = new Estate()
    estate.write("all.ts", four(estate.path("runs")))
    const path = mounted(".reeve")
    if (path === null) return
    await begin()
    const pids = await estate.pids()
    const { daemon } = await estate.info()
    spawnSync("umount", ["-l", path])
    libc.kill(daemon.pid, SIGKILL)
    await another(estate, daemon.pid)
    assert.deepInclude(await estate.pids(), pids)
  })
})

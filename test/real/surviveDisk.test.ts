/** Directories and databases that fail while the daemon dies: nothing is started twice, nothing by itself that was not to run. */
import * as fs from "node:fs"
import { spawnSync } from "node:child_process"
import { DatabaseSync } from "node:sqlite"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { another, exits, isAlive, journal, kill, killAndWait, SIGKILL } from "./Death.ts"
import { declare, Estate, isRoot, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

let estate: Estate

afterEach(() => estate.clear())

/** A task that ran, one that was stopped by hand, two that run. */
const four = declare({
  web: sleeper(5301),
  mail: sleeper(5302),
  held: sleeper(5303),
  once: {
    command: ["sh", "-c", "echo once"],
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
}

const fill = (path: string): void => {
  const fd = fs.openSync(`${path}/filler`, "w")
  const bytes = Buffer.alloc(4096)
  try {
    for (;;) fs.writeSync(fd, bytes)
  } catch {
    fs.closeSync(fd)
  }
}

const remount = (path: string, options: string): void => {
  const ran = spawnSync("mount", ["-o", `remount,${options}`, path], { encoding: "utf8" })
  assert.equal(ran.status, 0, ran.stderr)
}

const onceStarts = async () => (await estate.instance("once"))?.starts

describe("databases", () => {
  for (const [how, harm] of [
    ["deleted", (path: string) => fs.rmSync(path)],
    ["overwritten", (path: string) => fs.writeFileSync(path, "x".repeat(20_000))]
  ] as const) {
    for (const name of ["run/processes.db", "state.db"]) {
      it(`${name} that is ${how} while the daemon runs starts no process twice`, async () => {
        estate = new Estate({ "all.ts": four })
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

describe.runIf(isRoot)("a file system of its own", () => {
  const mounted = (options = "size=6m"): string => {
    const path = estate.mount("small", options)
    if (path === null) throw new Error("mounting is not permitted")
    return path
  }

  it("for the runtime directory, full when the daemon dies: everything goes on, and rests as it did", async () => {
    estate = new Estate({ "all.ts": four })
    const small = mounted()
    fs.symlinkSync(small, `${estate.directory}/link`)
    fs.mkdirSync(estate.state, { mode: 0o755 })
    fs.symlinkSync(small, `${estate.state}/run`)
    await begin()
    const pids = await estate.pids()
    fill(small)
    await killAndWait(estate)
    await isAsBefore(pids)
    assert.equal(await onceStarts(), 1)
    libc.kill(pids["web"] ?? 0, SIGKILL)
    await waitFor("web again", async () => (await estate.pids())["web"] !== pids["web"])
    const after = await estate.pids()
    await killAndWait(estate)
    await isAsBefore(after)
    fs.rmSync(`${small}/filler`)
    await killAndWait(estate)
    await isAsBefore(after)
  })
})

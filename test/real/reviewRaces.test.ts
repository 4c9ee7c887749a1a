import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { entryPath } from "../../src/os/Entries.ts"
import * as libc from "../../src/os/libc.ts"
import { allProcesses } from "../../src/os/procStat.ts"
import { declare, Estate } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

let estate: Estate

beforeEach(() => {
  estate = new Estate()
})

afterEach(() => estate.clear())

/** Of clients to the daemon, which binds its socket inside a directory of its own and renames it. */
const connections = (): number =>
  fs
    .readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .filter((line) => / 03 +\d+ /.test(line) && line.includes(estate.state)).length

const lines = (path: string) => fs.readFileSync(path, "utf8").trim().split("\n")

describe("a restart by hand", () => {
  it("while a save restarts the program starts the new command, once", async () => {
    const said = estate.path("said")
    fs.writeFileSync(said, "")
    const go = estate.path("go")
    // It stops only when it may, so that the restart of the save is still at work.
    const web = (version: string) => {
      const stop = `while [ ! -e ${go} ]; do sleep 0.2; done; exit 0`
      const script = `echo ${version} >> ${said}; trap '${stop}' TERM; while :; do sleep 0.1; done`
      return declare({
        web: {
          command: ["sh", "-c", script],
          start: { stableAfter: "0s" },
          stop: { timeout: "60s" }
        }
      })
    }
    estate.write("web.ts", web("old"))
    await estate.up()
    await waitFor("the first life", () => lines(said).length === 1 && lines(said)[0] === "old")
    estate.write("web.ts", web("new"))
    await estate.waitForState("web", "STOPPING")
    // Those of the looks so far may take a moment to go.
    await waitFor("no connection", () => connections() === 0)
    const restarting = estate.run("restart", "web")
    await waitFor("the request", () => connections() > 0)
    fs.writeFileSync(go, "")
    const restarted = await restarting
    assert.equal(restarted.code, 0, restarted.out + restarted.err)
    await waitFor("the new command", () => lines(said).includes("new"))
    await waitFor("the apply to end", async () => (await estate.reconciler()).phase === "idle")
    assert.deepEqual(lines(said), ["old", "new"])
    assert.deepEqual((await estate.plan()).actions, [])
  })
})

describe("the keeper of a killed daemon", () => {
  it("stops what that left behind also where nobody reads what it says", async () => {
    const pipe = estate.path("full")
    execFileSync("mkfifo", [pipe])
    const unblocked = fs.openSync(pipe, fs.constants.O_RDWR | fs.constants.O_NONBLOCK)
    const blocking = fs.openSync(pipe, "w")
    const mark = `77.${process.pid}`
    const daemon = new URL("../fixtures/fakeDaemon.mjs", import.meta.url).pathname
    const options = { daemon, daemonArgs: ["wait", `sleep ${mark}`, `sleep ${mark}`] }
    const keeper = spawn(process.execPath, [entryPath("keeper"), JSON.stringify(options)], {
      stdio: ["ignore", "ignore", blocking]
    })
    const ended = once(keeper, "close")
    const marked = () => allProcesses().filter(({ command }) => command === `sleep ${mark}`)
    await waitFor("the programs", () => marked().length === 2)
    fill(unblocked)
    const child = allProcesses().find(({ parent }) => parent === keeper.pid)
    libc.kill(child?.pid ?? assert.fail("no daemon"), 9)
    await waitFor("all to end", () => marked().length === 0)
    const [code] = await ended
    assert.equal(code, 1)
    for (const fd of [unblocked, blocking]) fs.closeSync(fd)
  })
})

const fill = (fd: number): void => {
  try {
    for (;;) fs.writeSync(fd, "x".repeat(4096))
  } catch {
    // Full.
  }
}

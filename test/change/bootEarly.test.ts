import { spawn, spawnSync } from "node:child_process"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { reeve, reeveRun, waitFor } from "../real/reeve.ts"

const place = mkdtempSync("/tmp/reeve-early-")
const site = join(place, "site")
const ran = join(site, "ran")
mkdirSync(join(site, "programs"), { recursive: true })
writeFileSync(
  join(site, "programs/p.ini"),
  `[program:p]\ncommand=/bin/sh -c "echo $$ >> ${ran}; exec sleep 1000"\n`
)

/** Everything of reeve's that has this place in its words. */
const ours = (): ReadonlyArray<string> =>
  readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(place)
    } catch {
      return false
    }
  })

const start = (entry: string) =>
  spawn(process.execPath, [entry, "up", "--quiet", "--state-dir", join(site, "state"), site], {
    cwd: site,
    stdio: "ignore"
  })

const ended = (child: ReturnType<typeof start>) =>
  new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(signal ?? code))
  )

describe("a daemon that is started before its keeper", () => {
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  it("ends where the keeper does not come, and has started nothing", async () => {
    const dist = join(place, "dist")
    cpSync(dirname(reeve), dist, { recursive: true })
    symlinkSync(join(dirname(dirname(reeve)), "node_modules"), join(place, "node_modules"))
    writeFileSync(join(dist, "keeper.js"), "process.exit(3)\n")
    const child = start(join(dist, "reeve.js"))
    assert.strictEqual(await ended(child), 3)
    await waitFor("the end of the daemon", () => ours().length === 0)
    assert.isFalse(existsSync(ran))
  })

  it("is heard where it fails before the keeper is there: its status is the keeper's", async () => {
    const dist = join(place, "dist")
    cpSync(dirname(reeve), dist, { recursive: true, force: true })
    writeFileSync(
      join(dist, "daemon.js"),
      `process.getBuiltinModule("node:fs").writeSync(3, 'failed {"text":"no","code":4}\\n'); process.exit(4)`
    )
    assert.strictEqual(await ended(start(join(dist, "reeve.js"))), 4)
  })

  it("leaves nothing behind, whenever a signal ends the boot", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      for (const afterMs of [30, 80, 110, 140, 170, 200, 240, 300, 400, 600]) {
        const child = start(reeve)
        await new Promise((resolve) => setTimeout(resolve, afterMs))
        child.kill(signal)
        const how = await ended(child)
        assert.include([signal, 0, 130], how, `${signal} after ${afterMs} ms`)
        await waitFor(`the end after ${signal} at ${afterMs} ms`, () => ours().length === 0)
      }
    }
    const pids = existsSync(ran) ? readFileSync(ran, "utf8").trim().split("\n") : []
    for (const pid of pids) assert.notStrictEqual(spawnSync("kill", ["-0", pid]).status, 0)
  })

  it("is met by its keeper as its first: both are there, and the daemon survives its death", async () => {
    rmSync(ran, { force: true })
    const child = start(reeve)
    // Only a daemon that was up may die.
    const state = join(site, "state")
    const status = () => reeveRun("wait", "p", "--for", "RUNNING", "--state-dir", state).status
    await waitFor("the program", () => existsSync(ran) && status() === 0)
    const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")
    const [daemon] = text.trim().split(" ").map(Number)
    assert.isDefined(daemon)
    process.kill(Number(daemon), "SIGKILL")
    await waitFor("the next daemon", () => {
      const now = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")
      return now.trim() !== "" && now !== text
    })
    child.kill("SIGTERM")
    assert.strictEqual(await ended(child), 0)
    assert.lengthOf(readFileSync(ran, "utf8").trim().split("\n"), 1)
    await waitFor("the end", () => ours().length === 0)
  })
})

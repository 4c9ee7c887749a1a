/** A thousand programs over a death of the daemon; and as an ordinary user, whose pipes get small. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { another, isAlive, journal, kill, killAndWait, SIGCONT, SIGSTOP } from "../real/Death.ts"
import { declare, Estate, isRoot, sleeper } from "../real/Estate.ts"
import { reeve, waitFor } from "../real/reeve.ts"

let estate: Estate

afterEach(() => estate.clear())

const timeout = 180_000
const patienceMs = 60_000
const SIGUSR1 = 10
const nobody = isRoot
  ? ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--"]
  : []

const allRun = (count: number) =>
  waitFor(
    `${count} to run`,
    async () =>
      (await estate.instances()).filter(({ state }) => state === "RUNNING").length === count,
    patienceMs
  )

describe("a thousand programs", { timeout }, () => {
  it("are all adopted at once, none of them touched", async () => {
    const count = 1_000
    estate = new Estate({ "all.ts": declare({ p: sleeper(5701, { instances: count }) }) })
    const up = estate.begin("--quiet")
    await estate.running(up, patienceMs)
    await allRun(count)
    const before = await estate.pids()
    const events = (await journal(estate)).length
    const { adopted } = await killAndWait(estate)
    assert.equal(adopted?.processes, count)
    assert.equal(adopted?.ended, 0)
    assert.deepEqual(await estate.pids(), before)
    assert.deepEqual(Object.values(before).filter(isAlive).length, count)
    assert.isBelow(events, 3_000)
    const exits = (await journal(estate)).filter(({ kind }) => kind === "exit")
    assert.deepEqual(exits, [])
  })
})

describe("more pipes than an ordinary user may have in full size", { timeout }, () => {
  it("lose nothing over a death, and doctor tells of them", async () => {
    const count = 540
    const lines = 2_000
    const script = `trap "seq 1 ${lines}" USR1; echo ready; while :; do sleep 1000 & wait; kill $!; done`
    estate = new Estate({
      "all.ts": declare({
        p: { command: ["sh", "-c", script], start: { stableAfter: "0s" }, instances: count }
      })
    })
    fs.chownSync(estate.directory, 65534, 65534)
    fs.chownSync(estate.path("programs"), 65534, 65534)
    const up = estate.beginBelow(nobody, "--quiet")
    await estate.running(up, patienceMs)
    await allRun(count)
    const before = await estate.pids()
    const logs = (await estate.instances()).flatMap(({ stdoutLog }) => stdoutLog ?? [])
    assert.lengthOf(logs, count)
    await waitFor("all traps", () => logs.every((log) => fs.statSync(log).size > 0), patienceMs)

    libc.kill(up.pid, SIGSTOP)
    const daemon = await kill(estate)
    await waitFor("it to be dead", () => !isAlive(daemon))
    for (const pid of Object.values(before)) libc.kill(pid, SIGUSR1)
    libc.kill(up.pid, SIGCONT)
    await another(estate, daemon)
    const expected = `ready\n${Array.from({ length: lines }, (_, at) => `${at + 1}\n`).join("")}`
    const isWhole = (log: string) => fs.statSync(log).size >= expected.length
    await waitFor("all their lines", () => logs.every(isWhole), patienceMs)
    const wrong = logs.filter((log) => fs.readFileSync(log, "utf8") !== expected)
    assert.deepEqual(wrong, [])
    assert.deepEqual(await estate.pids(), before)

    const [file = "", ...words] = [...nobody, process.execPath, reeve, "doctor"]
    const doctor = spawnSync(file, words, { cwd: estate.directory, encoding: "utf8" })
    assert.match(doctor.stdout, /warning +pipes +.*1080 are in use/)
  })
})

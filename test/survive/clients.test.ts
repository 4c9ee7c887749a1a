/** Commands that meet a daemon's death: those that come between two daemons, and those that listen. */
import { type ChildProcess, spawn } from "node:child_process"
import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { another, isAlive, kill, killAndWait, SIGCONT, SIGSTOP } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { reeve, waitFor } from "../real/reeve.ts"

let estate: Estate
const begun: Array<ChildProcess> = []

afterEach(async () => {
  for (const child of begun.splice(0)) child.kill("SIGKILL")
  await estate.clear()
})

/** A command of the estate that is looked at while it runs. */
const begin = (...words: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [reeve, ...words], {
    cwd: estate.directory,
    env: estate.environment,
    stdio: ["ignore", "pipe", "pipe"]
  })
  begun.push(child)
  const texts = { out: "", err: "" }
  child.stdout.on("data", (bytes: Buffer) => {
    texts.out += bytes
  })
  child.stderr.on("data", (bytes: Buffer) => {
    texts.err += bytes
  })
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
  return { pid: child.pid ?? 0, texts, ended }
}

describe("a command that comes when there is no daemon for a moment", () => {
  it("waits for the next one and is carried out by it", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5801) }) })
    const up = await estate.up()
    libc.kill(up.pid, SIGSTOP)
    const daemon = await kill(estate)
    await waitFor("it to be dead", () => !isAlive(daemon))
    const stop = begin("stop", "web")
    await waitFor("it to look who holds the lock", () =>
      fs.readFileSync(`/proc/${stop.pid}/maps`, "utf8").includes("koffi")
    )
    libc.kill(up.pid, SIGCONT)
    assert.equal(await stop.ended, 0, stop.texts.err)
    await another(estate, daemon)
    assert.equal((await estate.instance("web"))?.state, "STOPPED")
  })

  it("says that nobody is there where nobody is", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5802) }) })
    const up = await estate.up()
    assert.equal((await estate.run("down")).code, 0)
    await up.ended
    const status = await estate.run("status")
    assert.equal(status.code, 5)
    assert.include(status.err, "No reeve runs here")
  })
})

describe("a command that listens when the daemon dies", () => {
  it("events -f shows each event once, over a death, and ends when no other comes", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5803) }) })
    const up = await estate.up()
    const events = begin("events", "-f", "--json")
    const ids = () =>
      events.texts.out
        .split("\n")
        .slice(0, -1)
        .map((line): number => JSON.parse(line).id)
    await waitFor("the past", () => ids().length > 2)
    await killAndWait(estate)
    assert.equal((await estate.run("stop", "web")).code, 0)
    await waitFor("the stop", () => events.texts.out.includes(`"to":"STOPPED"`))
    assert.include(events.texts.err, "going on with the next one")
    const shown = ids()
    assert.deepEqual(
      shown,
      shown.map((_, at) => (shown[0] ?? 0) + at)
    )
    up.child.kill("SIGTERM")
    // Whether the stream was ended or cut is a matter of moments; nobody comes any more.
    assert.include([0, 5], await events.ended, events.texts.err)
  })

  it("logs -f goes on with what comes after it", async () => {
    const counting = {
      command: ["sh", "-c", "n=0; while :; do n=$((n+1)); echo $n; sleep 0.02; done"],
      start: { stableAfter: "0s" }
    }
    estate = new Estate({ "all.ts": declare({ counting }) })
    await estate.up()
    const logs = begin("logs", "-f", "-n", "1", "counting")
    const numbers = () => logs.texts.out.split("\n").slice(0, -1).map(Number)
    await waitFor("a line", () => numbers().length > 0)
    await killAndWait(estate)
    const shown = numbers().length
    await waitFor("another line", () => numbers().length > shown)
    assert.include(logs.texts.err, "going on with the next one")
    const all = numbers()
    assert.deepEqual(
      all,
      [...new Set(all)].sort((a, b) => a - b)
    )
  })
})

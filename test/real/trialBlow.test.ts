/** The blows of the great trial, against a stand-in for reeve: a process that is started again when it is killed. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type { DaemonInfo } from "../../src/api/messages.ts"
import { monotonicMs, strikeOnce } from "../trial/Blow.ts"
import { BurstControl } from "../trial/BurstControl.ts"
import { compileWriter } from "../trial/compileWriter.ts"
import { readComplaints, readLives } from "../trial/records.ts"
import type { Stricken } from "../trial/Stricken.ts"
import { waitFor } from "./reeve.ts"

const megabyte = 1024 * 1024

let directory: string
let children: Array<ChildProcess>

beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), "reeve-trial-blow-"))
  children = []
})

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill("SIGKILL")
    await once(child, "exit")
  }
  fs.rmSync(directory, { recursive: true })
})

const start = (file: string, ...words: ReadonlyArray<string>): ChildProcess => {
  const child = spawn(file, words, { stdio: ["ignore", "pipe", "ignore"] })
  children.push(child)
  return child
}

/** `adoptMs`: how long after the kill it says to have adopted everything. */
const standIn = (adoptMs: number) => {
  const kills: Array<{ readonly pid: number; readonly atMs: number }> = []
  let daemon = start("sleep", "9301")
  const facts = () => ({
    version: "0",
    node: "0",
    daemon: { pid: daemon.pid ?? 0, startTicks: 1 },
    keeper: null,
    startedAt: 0,
    stateDirectory: "",
    runtimeDirectory: "",
    socket: "",
    logFile: null,
    entries: [],
    manual: false,
    generation: 1,
    phase: "running" as const
  })
  const stricken: Stricken = {
    info: (): Promise<DaemonInfo> => {
      const adopted = { processes: 1, ended: 0, monotonicMs: (kills.at(-1)?.atMs ?? 0) + adoptMs }
      const info = { ...facts(), run: 2, before: null, adopted }
      return Promise.resolve(info)
    },
    over: () => false,
    strike: ({ daemon: { pid } }) => {
      kills.push({ pid, atMs: monotonicMs() })
      process.kill(pid, "SIGKILL")
    },
    mend: async () => {
      await once(daemon, "exit")
      daemon = start("sleep", "9301")
    }
  }
  return { stricken, kills }
}

const writer = (control: BurstControl, bytes: number) => {
  const words = [directory, "burst", "1", "5", "0", "0", "burst", control.path, String(bytes)]
  const child = start(compileWriter(directory), ...words)
  return { child, words }
}

describe("a blow of the trial", () => {
  it("falls at its moment, and tells the time until everything was adopted", async () => {
    const { kills, stricken } = standIn(40)
    const readyMs = monotonicMs()
    const first = await strikeOnce(stricken, null, { delayMs: 300, burstLeadMs: null }, readyMs)
    await strikeOnce(stricken, null, { delayMs: 0, burstLeadMs: null }, first.readyMs)
    assert.isAtLeast(first.atMs - readyMs, 300)
    // What the stand-in tells counts from its own look at the clock, a little later.
    assert.isAtLeast(first.unsupervisedMs ?? 0, 40)
    assert.isBelow(first.unsupervisedMs ?? 0, 1_000)
    assert.isFalse(first.inBurst)
    assert.notStrictEqual(kills[0]?.pid, kills[1]?.pid)
  })

  it("ends the trial when nothing will come any more", async () => {
    const { stricken } = standIn(0)
    const over = { ...stricken, over: () => true }
    const struck = strikeOnce(over, null, { delayMs: 0, burstLeadMs: null }, monotonicMs())
    const text = await struck.then(() => "", String)
    assert.match(text, /reeve has ended/)
  })

  it("falls into a burst that it asks for, whose writer waits at a full pipe", async () => {
    const control = new BurstControl(join(directory, "control"))
    const { child } = writer(control, 4 * megabyte)
    const { stricken } = standIn(1)
    assert.isTrue(control.isIdle())
    // Nobody reads the pipe yet: the burst goes on.
    child.stdout?.pause()
    const kill = { delayMs: 200, burstLeadMs: 100 }
    const { inBurst } = await strikeOnce(stricken, control, kill, monotonicMs())
    assert.isTrue(inBurst)
    assert.isTrue(control.isUnderWay())
    child.stdout?.resume()
    await waitFor("the burst to end", () => control.isIdle())
    // An eighth of the blocks goes to the other stream.
    assert.deepInclude(control.look(), { asked: 1, begun: 1, ended: 1, bytes: 4 * megabyte })
    control.close()
  })
})

describe("a writer of the trial", () => {
  it("records its life, and complains as the second one", async () => {
    const control = new BurstControl(join(directory, "control"))
    const { child, words } = writer(control, megabyte)
    child.stdout?.resume()
    await waitFor("its record", () => readLives(directory, "burst").length === 1)
    const [code] = await once(start(join(directory, "writer"), ...words), "exit")
    assert.strictEqual(code, 70)
    assert.match(readComplaints(directory).join(), /^burst: \d+ is a second process$/)
    control.ask()
    await waitFor("the burst to end", () => control.isIdle())
    child.kill("SIGTERM")
    assert.deepEqual(await once(child, "exit"), [0, null])
    const [life, ...others] = readLives(directory, "burst")
    assert.deepEqual(others, [])
    assert.deepInclude(life, { name: "burst", life: 1 })
    assert.strictEqual(life?.pid, child.pid)
    assert.deepInclude(life?.exit, { code: 0, lastOfStdout: 14 * 256, lastOfStderr: 2 * 256 })
    control.close()
  })
})

/** Kills at bad moments. What is asserted each time: no process was touched, and what was under way went on. */
import { readFileSync } from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import {
  another,
  changes,
  exits,
  isAlive,
  journal,
  kill,
  killAndWait,
  SIGCONT,
  SIGKILL,
  SIGSTOP
} from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate

afterEach(() => estate.clear())

const two = declare({ web: sleeper(5201), mail: sleeper(5202) })

/** Ignores TERM, and says so when it does. */
const stubborn = (fields: object = {}) => ({
  command: ["sh", "-c", `trap "echo ignored" TERM; echo begun; while :; do sleep 0.05; done`],
  start: { stableAfter: "0s" },
  ...fields
})

const logOf = async (address: string): Promise<string> => {
  const path = (await estate.instance(address))?.stdoutLog
  return path === null || path === undefined ? "" : readFileSync(path, "utf8")
}

describe("a daemon that is killed", () => {
  it("before it was ever ready leaves nothing behind, and up ends and says so", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5203) }) })
    const up = estate.begin()
    await waitFor(
      "the daemon to answer",
      async () => (await estate.info().catch(() => null)) !== null
    )
    await kill(estate)
    const code = await up.ended
    if (code === null) throw new Error("killed")
    const left = await estate.run("status")
    assert.equal(left.code, 5, left.out)
  })

  it("again and again while it adopts leaves every process alone", async () => {
    estate = new Estate({ "all.ts": two })
    const up = await estate.up()
    const before = await estate.pids()
    for (let round = 0; round < 8; round++) {
      const { daemon } = await estate.info().catch(() => ({ daemon: { pid: 0 } }))
      const pid = daemon.pid === 0 ? daemonBelow(up.pid) : daemon.pid
      if (pid !== null) libc.kill(pid, SIGKILL)
      const until = performance.now() + Math.random() * 300
      await waitFor("some moment", () => performance.now() > until)
    }
    await estate.running(up)
    assert.deepEqual(await estate.pids(), before)
    assert.equal(await exits(estate, "web"), 0)
    assert.deepEqual(await changes(estate, "web"), ["STOPPED STARTING", "STARTING RUNNING"])
  })

  it("while it stops something: TERM comes again, and KILL at its time", async () => {
    estate = new Estate({
      "all.ts": declare({ web: stubborn({ stop: { timeout: "3s" } }), mail: sleeper(5202) })
    })
    await estate.up()
    const pid = await estate.pid("web")
    await waitFor("the trap", async () => (await logOf("web")).includes("begun"))
    const begun = performance.now()
    const stop = estate.run("stop", "web")
    await waitFor("the signal", async () => (await logOf("web")).includes("ignored"))
    await killAndWait(estate)
    assert.equal((await estate.instance("web"))?.state, "STOPPING")
    assert.isTrue(isAlive(pid))
    await estate.waitForState("web", "STOPPED")
    const took = performance.now() - begun
    assert.isFalse(isAlive(pid))
    assert.isAbove(took, 2_900)
    assert.isBelow(took, 6_000)
    await stop
    assert.deepEqual((await changes(estate, "web")).slice(-2), [
      "RUNNING STOPPING",
      "STOPPING STOPPED"
    ])
    await killAndWait(estate)
    assert.equal((await estate.instance("web"))?.state, "STOPPED")
  })

  it("while it waits for the next try keeps the moment of that", async () => {
    const failing = {
      command: ["sh", "-c", "exit 3"],
      start: { stableAfter: "10s" },
      restart: { backoff: { kind: "fixed", delay: "4s" } }
    }
    estate = new Estate({ "all.ts": declare({ failing, mail: sleeper(5202) }) })
    await estate.up()
    let drawn: number | null = null
    // It is in BACKOFF for an instant before its wait is drawn.
    await waitFor("the moment of the next try", async () => {
      drawn = (await estate.instance("failing"))?.nextAttemptAt ?? null
      return drawn !== null
    })
    await killAndWait(estate)
    const after = await estate.instance("failing")
    assert.equal(after?.state, "BACKOFF")
    assert.closeTo(after?.nextAttemptAt ?? 0, drawn ?? 0, 50)
    await waitFor("the next try", async () => (await exits(estate, "failing")) > 1)
    assert.isAtLeast(Date.now(), drawn ?? 0)
    assert.equal((await estate.waitForState("failing", "BACKOFF")).failures, 2)
  })

  it("before a program counts as started: it does at its time, and is not begun anew", async () => {
    const web = sleeper(5204, { start: { stableAfter: "4s" } })
    estate = new Estate({ "all.ts": declare({ web }) })
    const up = estate.begin()
    const { since } = await estate.waitForState("web", "STARTING")
    await estate.running(up)
    const pid = await estate.pid("web")
    await killAndWait(estate)
    const running = await estate.waitForState("web", "RUNNING")
    assert.isAtLeast(running.since - since, 3_950)
    assert.equal(await estate.pid("web"), pid)
    assert.deepEqual(await changes(estate, "web"), ["STOPPED STARTING", "STARTING RUNNING"])
  })

  it("while children outlive their program's stop: all of the group are ended", async () => {
    const forking = {
      command: [
        "sh",
        "-c",
        `trap "" TERM; (trap "" TERM; while :; do sleep 0.1; done) & echo child $!; wait; wait`
      ],
      start: { stableAfter: "0s" },
      stop: { timeout: "1s", group: "all" }
    }
    estate = new Estate({ "all.ts": declare({ forking }) })
    await estate.up()
    const pid = await estate.pid("forking")
    await waitFor("the child", async () => (await logOf("forking")).includes("child"))
    const child = Number(/child (\d+)/.exec(await logOf("forking"))?.[1])
    assert.isTrue(isAlive(child))
    const stop = estate.run("stop", "forking")
    await estate.waitForState("forking", "STOPPING")
    await killAndWait(estate)
    await estate.waitForState("forking", "STOPPED")
    assert.deepEqual([pid, child].filter(isAlive), [])
    await stop
  })
})

describe("a command that is under way when the daemon is killed", () => {
  it("restart is carried out by the next", async () => {
    estate = new Estate({ "all.ts": declare({ web: stubborn({ stop: { timeout: "1s" } }) }) })
    await estate.up()
    const pid = await estate.pid("web")
    await waitFor("the trap", async () => (await logOf("web")).includes("begun"))
    const restart = estate.run("restart", "web")
    await waitFor("the signal", async () => (await logOf("web")).includes("ignored"))
    await killAndWait(estate)
    await waitFor("another process", async () => {
      const now = (await estate.instance("web"))?.process?.pid
      return now !== undefined && now !== pid
    })
    await estate.waitForState("web", "RUNNING")
    assert.isFalse(isAlive(pid))
    const ended = await restart
    assert.notEqual(ended.code, null)
  })

  it("a save is applied to its end", async () => {
    const all = (seconds: number) =>
      declare(
        Object.fromEntries(
          Array.from({ length: 8 }, (_, at) => [
            `p${at}`,
            stubborn({
              stop: { timeout: `${100 + at * 150}ms` },
              environment: { NUMBER: String(seconds) }
            })
          ])
        )
      )
    estate = new Estate({ "all.ts": all(1) })
    await estate.up()
    const before = await estate.pids()
    const generation = await estate.generation()
    estate.write("all.ts", all(2))
    await waitFor("some to be restarted", async () => {
      const now = await estate.pids()
      return Object.entries(before).some(
        ([name, pid]) => now[name] !== undefined && now[name] !== pid
      )
    })
    await killAndWait(estate)
    await estate.applied(generation)
    const after = await estate.pids()
    for (const [name, pid] of Object.entries(before)) {
      assert.notEqual(after[name], pid, name)
      assert.isFalse(isAlive(pid))
    }
    assert.equal(await estate.generation(), generation + 1)
    const starts = (await estate.instances()).map((one) => one.starts)
    assert.deepEqual([...new Set(starts)], [2])
  })

  it("a scale by hand is carried out, and stays", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5205) }) })
    await estate.up()
    const scale = estate.run("scale", "web", "6")
    await waitFor("some of them", async () => (await estate.instances()).length > 1)
    await killAndWait(estate)
    await scale
    await waitFor("six", async () => Object.keys(await estate.pids()).length === 6)
    const pids = await estate.pids()
    await killAndWait(estate)
    assert.deepEqual(await estate.pids(), pids)
  })

  it("a program that is renamed keeps its process", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5206) }) })
    await estate.up()
    const pid = await estate.pid("web")
    const generation = await estate.generation()
    estate.write("all.ts", declare({ site: sleeper(5206) }))
    await waitFor("the generation", async () => (await estate.generation()) > generation)
    await killAndWait(estate)
    await estate.applied(generation)
    assert.deepEqual(await estate.pids(), { site: pid })
    await killAndWait(estate)
    assert.deepEqual(await estate.pids(), { site: pid })
  })
})

describe("a keeper", () => {
  it("that is stopped while its daemon dies goes on when it is continued, and exits come through", async () => {
    estate = new Estate({ "all.ts": two })
    const up = await estate.up()
    const pids = await estate.pids()
    libc.kill(up.pid, SIGSTOP)
    const daemon = await kill(estate)
    await waitFor("it to be dead", () => !isAlive(daemon))
    libc.kill(pids["web"] ?? 0, SIGKILL)
    libc.kill(up.pid, SIGCONT)
    await another(estate, daemon)
    await estate.waitForState("web", "RUNNING")
    assert.equal(await estate.pid("mail"), pids["mail"])
    assert.equal(await exits(estate, "web"), 1)
    assert.equal(await exits(estate, "mail"), 0)
    const exit = (await journal(estate)).find((body) => body.kind === "exit")
    assert.deepInclude(exit, {
      status: { kind: "signal", signal: "SIGKILL", number: 9, core: false }
    })
  })

  it("that is told to stop while no daemon is there stops everything in order", async () => {
    estate = new Estate({
      "all.ts": declare({
        web: {
          command: [
            "sh",
            "-c",
            "trap 'echo over; exit 0' TERM; echo begun; while :; do sleep 0.05; done"
          ]
        }
      })
    })
    const up = await estate.up()
    const path = (await estate.instance("web"))?.stdoutLog ?? ""
    await waitFor("the trap", () => readFileSync(path, "utf8").includes("begun"))
    const pid = await estate.pid("web")
    libc.kill(up.pid, SIGSTOP)
    const daemon = await kill(estate)
    await waitFor("it to be dead", () => !isAlive(daemon))
    up.child.kill("SIGTERM")
    libc.kill(up.pid, SIGCONT)
    assert.equal(await up.ended, 0, up.said())
    assert.isFalse(isAlive(pid))
    assert.include(readFileSync(path, "utf8"), "over")
  })

  it("that gets an interrupt between two daemons stops everything in order", async () => {
    estate = new Estate({ "all.ts": two })
    const up = await estate.up()
    const pids = Object.values(await estate.pids())
    const daemon = await kill(estate)
    await waitFor("it to be dead", () => !isAlive(daemon))
    up.child.kill("SIGINT")
    assert.equal(await up.ended, 0, up.said())
    assert.deepEqual(pids.filter(isAlive), [])
  })
})

/** The child that the keeper started last. */
const daemonBelow = (keeper: number): number | null => {
  const words = readFileSync(`/proc/${keeper}/task/${keeper}/children`, "utf8").trim().split(" ")
  const daemons = words.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("daemon")
    } catch {
      return false
    }
  })
  return daemons.at(-1) ?? null
}

import { assert, describe as group, it } from "vitest"
import { describe } from "../../src/core/describe.ts"
import { exitText } from "../../src/core/exitText.ts"
import {
  exitedMessage,
  gaveUpMessage,
  killingMessage,
  spawnedMessage,
  stoppedMessage,
  succeededMessage
} from "../../src/core/lifecycleMessages.ts"
import { uptimeText } from "../../src/core/uptimeText.ts"
import { exitStatus } from "../../src/os/exitStatus.ts"
import { code, iniPolicy, killedBy, Machine } from "./machine.ts"
import { specOf } from "./specOf.ts"

const stopped = {
  spec: specOf({ name: "cat" }),
  state: "STOPPED",
  process: null,
  startedAt: null,
  stoppedAt: null,
  spawnError: ""
} as const
const local = (ms: number): string => `at ${ms}`

group("descriptions", () => {
  it("row 69: uptimes read 23:59:59, 1 day, 0:00:00 and 2 days, 7:33:20, and are never negative", () => {
    assert.strictEqual(uptimeText(86_399), "23:59:59")
    assert.strictEqual(uptimeText(86_400), "1 day, 0:00:00")
    assert.strictEqual(uptimeText(200_000), "2 days, 7:33:20")
    assert.strictEqual(uptimeText(-5), "0:00:00")
  })

  it("say pid and uptime of what runs", () => {
    const process = {
      spawnId: "s",
      pid: 77,
      startTicks: 1,
      bootId: "b",
      spawnedAt: 1_000,
      revision: "r",
      inherited: "i"
    }
    const text = describe({ ...stopped, state: "RUNNING", process, startedAt: 1_000 }, 8_500, local)
    assert.strictEqual(text, "pid 77, uptime 0:00:07")
  })

  it("give the spawn error, or where to look, in BACKOFF and FATAL", () => {
    for (const state of ["BACKOFF", "FATAL"] as const) {
      assert.strictEqual(
        describe({ ...stopped, state }, 0, local),
        'unknown error (try "tail cat")'
      )
      assert.strictEqual(
        describe({ ...stopped, state, spawnError: "no such thing" }, 0, local),
        "no such thing"
      )
    }
  })

  it("give the stop time, Not started, or nothing", () => {
    assert.strictEqual(describe(stopped, 0, local), "Not started")
    assert.strictEqual(
      describe({ ...stopped, state: "EXITED", startedAt: 3, stoppedAt: 9 }, 0, local),
      "at 9"
    )
    for (const state of ["STARTING", "STOPPING", "UNKNOWN"] as const) {
      assert.strictEqual(describe({ ...stopped, state, startedAt: 3 }, 9, local), "")
    }
  })
})

group("ends of processes", () => {
  it("row 68: what the kernel tells of statuses 139, 9 and 256 reads as supervisord writes it", () => {
    const [exited, killed, dumped] = [1, 2, 3]
    assert.strictEqual(exitText(exitStatus(dumped, 11)), "terminated by SIGSEGV (core dumped)")
    assert.strictEqual(exitText(exitStatus(killed, 9)), "terminated by SIGKILL")
    assert.strictEqual(exitText(exitStatus(exited, 1)), "exit status 1")
    assert.strictEqual(exitText(exitStatus(killed, 32)), "terminated by signal 32")
  })

  it("row 68: a signal is no exit code, whatever codes are expected", () => {
    const policy = {
      ...iniPolicy,
      restart: { ...iniPolicy.restart, expectedExitCodes: [9, 137, -1] }
    }
    const machine = new Machine(policy, [{ afterMs: 2_200, status: killedBy("SIGKILL", 9) }, {}])
    machine.send({ kind: "start" })
    machine.runUntil(3_000)
    assert.deepStrictEqual(machine.at("exited badly"), [2_200])
  })
})

group("log lines", () => {
  it("are supervisord's", () => {
    assert.strictEqual(spawnedMessage("cat", 7).text, "spawned: 'cat' with pid 7")
    assert.strictEqual(
      succeededMessage("cat", 1_000).text,
      "success: cat entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)"
    )
    assert.deepStrictEqual(exitedMessage("cat", code(0), true), {
      level: "info",
      text: "exited: cat (exit status 0; expected)"
    })
    assert.deepStrictEqual(exitedMessage("cat", killedBy("SIGKILL", 9), false), {
      level: "warn",
      text: "exited: cat (terminated by SIGKILL; not expected)"
    })
    assert.deepStrictEqual(stoppedMessage("cat", killedBy("SIGTERM", 15), false), {
      level: "warn",
      text: "stopped: cat (terminated by SIGTERM)"
    })
    assert.strictEqual(
      gaveUpMessage("cat").text,
      "gave up: cat entered FATAL state, too many start retries too quickly"
    )
    assert.strictEqual(killingMessage("cat", 9).text, "killing 'cat' (9) with SIGKILL")
  })
})

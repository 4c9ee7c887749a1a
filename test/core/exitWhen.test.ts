import { assert, describe, it } from "vitest"
import { exitWhen } from "../../src/core/exitWhen.ts"
import type { ActualInstance } from "../../src/domain/Actual.ts"
import type { State } from "../../src/domain/State.ts"
import { specOf } from "./specOf.ts"

const status = { kind: "code", code: 0 } as const

const instance = (
  name: string,
  state: State,
  more: Partial<ActualInstance> = {}
): ActualInstance => ({
  spec: specOf({ name }),
  state,
  reason: state === "EXITED" ? { kind: "exited", status, expected: true } : null,
  process: null,
  started: null,
  since: 0,
  nextAttemptAt: null,
  startedAt: null,
  stoppedAt: null,
  exit: null,
  spawnError: "",
  failures: 0,
  starts: 1,
  leftovers: [],
  logTrouble: null,
  override: null,
  changedFile: null,
  unreadFile: null,
  wasReady: false,
  hook: null,
  limitsRefused: null,
  ready: null,
  liveness: null,
  told: null,
  successor: null,
  mustRestart: null,
  lastStartTicks: null,
  ...more
})
const unexpected = { reason: { kind: "exited", status, expected: false } } as const

describe("--exit-when fatal", () => {
  it("ends with 1 at the first FATAL instance and not before", () => {
    const others = [instance("a", "RUNNING"), instance("b", "EXITED", unexpected)]
    assert.isNull(exitWhen("fatal", others))
    const end = exitWhen("fatal", [...others, instance("c", "FATAL")])
    assert.deepEqual(end, { code: 1, text: "c is FATAL" })
  })
})

describe("--exit-when all-exited", () => {
  it("waits while anything runs or will run", () => {
    const exited = instance("a", "EXITED")
    for (const state of ["STARTING", "RUNNING", "BACKOFF", "STOPPING", "UNKNOWN"] as const) {
      assert.isNull(exitWhen("all-exited", [exited, instance("b", state)]), state)
    }
    assert.isNull(exitWhen("all-exited", [exited, instance("b", "STOPPED", { starts: 0 })]))
  })

  it("waits for what was stopped by hand for a while", () => {
    const by = { key: specOf({ name: "b" }).key, who: "ann", at: 0, reason: null }
    const stopped = (until: number | null) =>
      instance("b", "STOPPED", { override: { kind: "stopped", ...by, until } })
    assert.isNull(exitWhen("all-exited", [instance("a", "EXITED"), stopped(5)]))
    assert.equal(exitWhen("all-exited", [instance("a", "EXITED"), stopped(null)])?.code, 0)
  })

  it("waits for what is about to start, and not for what waits in vain", () => {
    const needs = { when: "completed", optional: false, onLoss: "keep" } as const
    const waiting = instance("b", "STOPPED", {
      spec: specOf({ name: "b" }, { dependsOn: { a: needs } }),
      reason: { kind: "waiting", on: [{ program: "a", when: "completed" }] },
      starts: 0
    })
    assert.isNull(exitWhen("all-exited", [instance("a", "RUNNING"), waiting]))
    assert.isNull(exitWhen("all-exited", [instance("a", "EXITED"), waiting]))
    assert.deepEqual(exitWhen("all-exited", [instance("a", "EXITED", unexpected), waiting]), {
      code: 1,
      text: "all programs have exited, not as expected: a, b"
    })
  })

  it("does not end where nothing was ever started", () => {
    assert.isNull(exitWhen("all-exited", []))
    const idle = instance("a", "STOPPED", { starts: 0 })
    assert.isNull(exitWhen("all-exited", [idle]))
  })

  it("ends with 0 where all exits were expected, else with 1 and the names", () => {
    const good = [instance("a", "EXITED"), instance("b", "STOPPED")]
    assert.equal(exitWhen("all-exited", good)?.code, 0)
    const bad = [...good, instance("c", "EXITED", unexpected), instance("d", "FATAL")]
    assert.deepEqual(exitWhen("all-exited", bad), {
      code: 1,
      text: "all programs have exited, not as expected: c, d"
    })
  })
})

import { assert, describe, it } from "vitest"
import type { InstanceEvent, Policy } from "../../src/core/instanceState.ts"
import { code, iniPolicy, type Life, Machine, typescriptPolicy } from "./machine.ts"

const dead: InstanceEvent = { kind: "failed", during: "run", text: "no answer" }
const late: InstanceEvent = { kind: "failed", during: "start", text: "not ready within 5s" }
const operator = { kind: "operator", who: "ann" } as const

const within: Policy["ready"] = { kind: "notify", fd: null, withinMs: 5_000 }

/** Up for two seconds. */
const running = (policy: Policy, lives: ReadonlyArray<Life> = [{}]): Machine => {
  const machine = new Machine(policy, lives)
  machine.send({ kind: "start" })
  machine.runUntil(2_000)
  assert.strictEqual(machine.state.state, "RUNNING")
  return machine
}

describe("a process that is not alive any more", () => {
  it("is stopped in order, and restarted as after an unexpected end", () => {
    const machine = running(iniPolicy, [{ stopsAfterMs: 300 }, {}])
    machine.send(dead)
    assert.deepStrictEqual(machine.at("signal"), [2_000])
    assert.strictEqual(machine.state.state, "STOPPING")
    machine.runUntil(2_300)
    assert.deepStrictEqual(machine.states.slice(2), ["STOPPING", "EXITED", "STARTING"])
    assert.deepStrictEqual(machine.at("spawn"), [0, 2_300])
  })

  it("is killed after the timeout when it ignores the signal", () => {
    const machine = running(iniPolicy, [{ stopsAfterMs: null }, {}])
    machine.send(dead)
    machine.runUntil(12_000)
    assert.deepStrictEqual(machine.at("kill"), [12_000])
    assert.strictEqual(machine.states.at(-1), "STARTING")
  })

  it("counts as a failure where restarts are paced, until it is given up", () => {
    const policy: Policy = { ...typescriptPolicy, start: { ...typescriptPolicy.start, retries: 1 } }
    const machine = running(policy)
    machine.send(dead)
    machine.runUntil(2_000)
    assert.deepStrictEqual(machine.states.slice(2), ["STOPPING", "EXITED", "BACKOFF"])
    assert.deepStrictEqual(machine.state.reason, { kind: "startFailed", text: "no answer" })
    machine.runUntil(5_000)
    assert.strictEqual(machine.state.state, "RUNNING")
    machine.send(dead)
    machine.runUntil(5_000)
    assert.strictEqual(machine.state.state, "FATAL")
    assert.deepStrictEqual(machine.state.reason, { kind: "gaveUp", text: "no answer", attempts: 2 })
  })

  it("is restarted at once after a long life, however restarts are paced", () => {
    const machine = running(typescriptPolicy)
    machine.runUntil(100_000)
    machine.send(dead)
    machine.runUntil(100_000)
    assert.strictEqual(machine.states.at(-1), "STARTING")
    assert.strictEqual(machine.state.failures, 0)
  })

  it("stays down with restart.when never, and says why", () => {
    const machine = running({ ...iniPolicy, restart: { ...iniPolicy.restart, when: "never" } })
    machine.send(dead)
    machine.runUntil(3_000)
    assert.strictEqual(machine.state.state, "EXITED")
    assert.deepStrictEqual(machine.state.reason, {
      kind: "unhealthy",
      text: "no answer",
      during: "run"
    })
  })

  it("counts as unexpected although it then ends with an expected code", () => {
    const machine = running(iniPolicy, [{ stopsAfterMs: 100 }, {}])
    machine.send(dead)
    machine.send({ kind: "exited", status: code(0) })
    assert.strictEqual(machine.states.at(-1), "STARTING")
  })

  it("in STARTING is a failed start", () => {
    const machine = new Machine(iniPolicy, [{}])
    machine.send({ kind: "start" })
    machine.runUntil(500)
    machine.send(dead)
    machine.runUntil(500)
    assert.deepStrictEqual(machine.states, ["STARTING", "STOPPING", "BACKOFF"])
    assert.strictEqual(machine.state.failures, 1)
  })

  it("that does not run or is stopping already is left alone", () => {
    const machine = running(iniPolicy, [{ stopsAfterMs: 5_000 }])
    machine.send({ kind: "stop", reason: operator })
    machine.send(dead)
    machine.runUntil(10_000)
    assert.strictEqual(machine.state.state, "STOPPED")
    machine.send(dead)
    assert.deepStrictEqual(machine.state.reason, operator)
  })
})

describe("what comes during the stop of an unhealthy process wins", () => {
  it("a stop by hand: STOPPED, with that reason", () => {
    const machine = running(iniPolicy, [{ stopsAfterMs: 5_000 }])
    machine.send(dead)
    machine.runUntil(3_000)
    machine.send({ kind: "stop", reason: operator })
    machine.runUntil(60_000)
    assert.strictEqual(machine.state.state, "STOPPED")
    assert.deepStrictEqual(machine.state.reason, operator)
    assert.lengthOf(machine.at("signal"), 1)
  })

  it("a start: STARTING without a wait, and no failure", () => {
    const machine = running(typescriptPolicy, [{ stopsAfterMs: 1_000 }, {}])
    machine.send(dead)
    machine.send({ kind: "start" })
    machine.runUntil(3_000)
    assert.deepStrictEqual(machine.states.slice(2), ["STOPPING", "STOPPED", "STARTING"])
    assert.strictEqual(machine.state.failures, 0)
  })

  it("the end of reeve: STOPPED", () => {
    const machine = running(iniPolicy, [{ stopsAfterMs: 1_000 }])
    machine.send(dead)
    machine.send({ kind: "shutdown" })
    machine.runUntil(60_000)
    assert.strictEqual(machine.state.state, "STOPPED")
    assert.deepStrictEqual(machine.state.reason, { kind: "shutdown" })
  })
})

describe("a start that has a time to become ready in", () => {
  const policy: Policy = { ...iniPolicy, ready: within }

  it("has failed when it was not, and RUNNING in between does not set the count back", () => {
    const machine = new Machine(policy, [{}])
    machine.send({ kind: "start" })
    for (let failed = 1; failed <= 4; failed += 1) {
      machine.runUntil(machine.now + 5_000)
      assert.strictEqual(machine.state.state, "RUNNING")
      machine.send(late)
      machine.runUntil(machine.now)
      if (failed === 4) break
      assert.strictEqual(machine.state.state, "BACKOFF")
      assert.strictEqual(machine.state.failures, failed)
      machine.runUntil(machine.now + failed * 1_000)
    }
    assert.strictEqual(machine.state.state, "FATAL")
  })

  it("has come up when it is ready: the count begins anew", () => {
    const machine = new Machine(policy, [{}])
    machine.send({ kind: "start" })
    machine.runUntil(2_000)
    machine.send(late)
    machine.runUntil(6_000)
    assert.strictEqual(machine.state.failures, 1)
    machine.send({ kind: "ready" })
    assert.strictEqual(machine.state.failures, 0)
  })

  it("that is ready before it is RUNNING has come up when it is", () => {
    const machine = new Machine(policy, [{}])
    machine.send({ kind: "start" })
    machine.send({ kind: "ready" })
    machine.runUntil(2_000)
    assert.strictEqual(machine.state.state, "RUNNING")
    assert.isTrue(machine.state.proven)
  })

  it("has failed when the process ends unexpectedly before it was ready", () => {
    const machine = new Machine(policy, [{ afterMs: 3_000, status: code(1) }, {}])
    machine.send({ kind: "start" })
    machine.runUntil(3_000)
    assert.deepStrictEqual(machine.states, ["STARTING", "RUNNING", "EXITED", "BACKOFF"])
    assert.strictEqual(machine.state.failures, 1)
  })
})

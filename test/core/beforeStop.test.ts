import { assert, describe, it } from "vitest"
import type { Policy } from "../../src/core/instanceState.ts"
import { noHooks } from "../../src/domain/Hooks.ts"
import { code, Machine, typescriptPolicy } from "./machine.ts"

const policyOf = (timeoutMs: number): Policy => ({
  ...typescriptPolicy,
  stop: { signal: "TERM", timeoutMs, group: "no", command: null },
  hooks: { ...noHooks, beforeStop: { command: "drain", timeoutMs: 4_000 } }
})

const stop = { kind: "stop", reason: { kind: "operator", who: "ann" } } as const

/** Up for two seconds, then asked to stop. */
const stopped = (timeoutMs = 3_000) => {
  const machine = new Machine(policyOf(timeoutMs), [{ stopsAfterMs: null }])
  machine.send({ kind: "start" })
  machine.runUntil(2_000)
  machine.send(stop)
  return machine
}

describe("the hook before a stop", () => {
  it("comes before the signal, and the stop's own time counts from that", () => {
    const machine = stopped()
    assert.strictEqual(machine.state.state, "STOPPING")
    assert.deepStrictEqual(machine.at("prepareStop"), [2_000])
    machine.runUntil(2_500)
    assert.deepStrictEqual(machine.at("signal"), [])
    machine.send({ kind: "stopPrepared" })
    machine.runUntil(20_000)
    assert.deepStrictEqual(machine.at("signal"), [2_500])
    assert.deepStrictEqual(machine.at("kill"), [5_500])
    assert.strictEqual(machine.state.state, "STOPPED")
  })

  it("holds the signal up for its own time at most, and is heard no more afterwards", () => {
    const machine = stopped()
    machine.runUntil(6_500)
    assert.deepStrictEqual(machine.at("signal"), [6_000])
    machine.send({ kind: "stopPrepared" })
    machine.runUntil(20_000)
    assert.deepStrictEqual(machine.at("signal"), [6_000])
    assert.deepStrictEqual(machine.at("kill"), [9_000])
  })

  it("comes before KILL too where a stop has no time of its own", () => {
    const machine = stopped(0)
    machine.runUntil(2_100)
    assert.deepStrictEqual(machine.at("kill"), [])
    machine.send({ kind: "stopPrepared" })
    assert.deepStrictEqual(machine.at("signal"), [2_100])
    assert.deepStrictEqual(machine.at("kill"), [2_100])
  })

  it("is waited for no longer when the process has ended", () => {
    const machine = stopped()
    machine.send({ kind: "exited", status: code(0) })
    assert.strictEqual(machine.state.state, "STOPPED")
    machine.send({ kind: "stopPrepared" })
    machine.runUntil(20_000)
    assert.deepStrictEqual(machine.at("signal"), [])
    assert.strictEqual(machine.state.state, "STOPPED")
  })
})

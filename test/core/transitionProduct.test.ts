import { assert, describe, it } from "vitest"
import type { InstanceEvent, InstanceState, Policy } from "../../src/core/instanceState.ts"
import { initialState } from "../../src/core/instanceState.ts"
import { transition } from "../../src/core/transition.ts"
import type { State } from "../../src/domain/State.ts"
import { code, iniPolicy, typescriptPolicy } from "./machine.ts"

const operator = { kind: "operator", who: "ann" } as const
const awaited = [{ program: "db", when: "ready" }] as const
const waiting = { kind: "waiting", on: awaited } as const
const stopEvent: InstanceEvent = { kind: "stop", reason: operator }

describe("the whole product of states and events", () => {
  const states: ReadonlyArray<State> = [
    "STOPPED",
    "STARTING",
    "RUNNING",
    "BACKOFF",
    "STOPPING",
    "EXITED",
    "FATAL",
    "UNKNOWN"
  ]
  const events: ReadonlyArray<InstanceEvent> = [
    { kind: "start" },
    stopEvent,
    { kind: "opened" },
    { kind: "shutdown" },
    { kind: "close" },
    { kind: "renewed" },
    { kind: "spawned" },
    { kind: "spawnFailed", text: "x" },
    { kind: "exited", status: code(0) },
    { kind: "exited", status: code(1) },
    { kind: "exited", status: { kind: "unknown" } },
    { kind: "ready" },
    { kind: "failed", during: "start", text: "x" },
    { kind: "failed", during: "run", text: "x" },
    { kind: "tick" },
    { kind: "checked", alive: true },
    { kind: "checked", alive: false },
    { kind: "paced", delayMs: 7 },
    { kind: "swept", left: 0 },
    { kind: "swept", left: 2 },
    { kind: "stopPrepared" },
    { kind: "signalFailed", text: "EPERM" }
  ]
  const variants = function* (): Generator<[Policy, InstanceState]> {
    const within = { kind: "notify", fd: null, withinMs: 5_000 } as const
    const beforeStop = { command: "drain", timeoutMs: 5_000 }
    const hooked = { ...typescriptPolicy, hooks: { ...typescriptPolicy.hooks, beforeStop } }
    const policies = [iniPolicy, typescriptPolicy, { ...iniPolicy, ready: within }, hooked]
    const stop = { reason: operator, killAt: 50, kills: 3, sweeps: 1, waits: false }
    const unhealthy = (during: "start" | "run") =>
      ({ ...stop, reason: { kind: "unhealthy", text: "x", during } }) as const
    const prepared = { ...stop, kills: 0, waits: true }
    const stops = [null, stop, prepared, unhealthy("start"), unhealthy("run")]
    for (const policy of policies)
      for (const state of states)
        for (const life of ["none", "pending", "live", "dead"] as const)
          for (const deadline of [null, 50, 5_000])
            for (const again of [false, true])
              for (const closed of [false, true])
                for (const stopping of stops)
                  for (const awaits of [[], awaited]) {
                    const machine = { state, life, deadline, again, closed, stop: stopping, awaits }
                    yield [policy, { ...initialState, ...machine }]
                    if (state === "STOPPED") {
                      yield [policy, { ...initialState, ...machine, reason: waiting }]
                    }
                  }
  }

  it("never spawns beside a live process, after a close or before its conditions hold, and gives each rest a reason", () => {
    for (const [policy, state] of variants()) {
      for (const event of events) {
        const [next, commands] = transition(policy, state, event, 100)
        const where = JSON.stringify({ state, event })
        const spawns = commands.filter(({ kind }) => kind === "spawn").length
        assert.isAtMost(spawns, 1, where)
        if (spawns === 1) {
          assert.strictEqual(next.life, "pending", where)
          assert.isFalse(next.closed, where)
          const mayHave = ["STOPPED", "EXITED", "FATAL", "BACKOFF"].includes(state.state)
          assert.isTrue(mayHave || state.life === "none" || event.kind !== "start", where)
        }
        assert.isTrue(spawns === 0 || state.awaits.length === 0, where)
        if (event.kind === "opened") {
          const goes = state.reason?.kind === "waiting" && state.state === "STOPPED"
          assert.isTrue(goes || commands.length === 0, where)
        }
        if (commands.some(({ kind }) => kind === "enter")) {
          const up = next.state === "STARTING" || next.state === "RUNNING"
          assert.strictEqual(next.reason === null, up, where)
        }
        assert.deepStrictEqual(transition(policy, state, event, 100), [next, commands])
      }
    }
  })

  it("announces each change of state exactly once, in a chain", () => {
    for (const [policy, state] of variants()) {
      for (const event of events) {
        const [next, commands] = transition(policy, state, event, 100)
        let at = state.state
        for (const command of commands) {
          if (command.kind !== "enter") continue
          assert.strictEqual(command.from, at)
          at = command.to
        }
        assert.strictEqual(at, next.state)
      }
    }
  })
})

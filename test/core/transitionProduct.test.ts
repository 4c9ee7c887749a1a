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

  /** What is wrong with a step; null: nothing. */
  const faultOf = (
    state: InstanceState,
    event: InstanceEvent,
    [next, commands]: ReturnType<typeof transition>
  ): string | null => {
    const spawns = commands.filter(({ kind }) => kind === "spawn").length
    if (spawns > 1) return "two processes"
    if (spawns === 1) {
      if (next.life !== "pending" || next.closed) return "a start that is none"
      const mayHave = ["STOPPED", "EXITED", "FATAL", "BACKOFF"].includes(state.state)
      if (!mayHave && state.life !== "none" && event.kind === "start") return "beside a process"
      if (state.awaits.length > 0) return "before its conditions hold"
    }
    const waits = state.reason?.kind === "waiting" && state.state === "STOPPED"
    if (event.kind === "opened" && !waits && commands.length > 0) return "nothing had waited"
    if (!commands.some(({ kind }) => kind === "enter")) return null
    const up = next.state === "STARTING" || next.state === "RUNNING"
    return (next.reason === null) === up ? null : "a rest without a reason"
  }

  it("never spawns beside a live process, after a close or before its conditions hold, and gives each rest a reason", () => {
    for (const [policy, state] of variants()) {
      for (const event of events) {
        const step = transition(policy, state, event, 100)
        const fault = faultOf(state, event, step)
        if (fault !== null) assert.fail(`${fault}: ${JSON.stringify({ state, event, step })}`)
      }
    }
  })

  it("gives the same for the same", () => {
    let at = 0
    for (const [policy, state] of variants()) {
      // Each eleventh: they are many, and a difference would be one of all.
      if (at++ % 11 !== 0) continue
      for (const event of events) {
        const step = transition(policy, state, event, 100)
        assert.deepStrictEqual(transition(policy, state, event, 100), step)
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
          if (command.from !== at) assert.fail(`from ${command.from}, was ${at}`)
          at = command.to
        }
        if (at !== next.state) assert.fail(`announced ${at}, is ${next.state}`)
      }
    }
  })
})

import { assert, describe, it } from "vitest"
import {
  type Command,
  type InstanceEvent,
  type InstanceState,
  initialState
} from "../../src/core/instanceState.ts"
import { resume, type Trace } from "../../src/core/resume.ts"
import { transition } from "../../src/core/transition.ts"
import { noHooks } from "../../src/domain/Hooks.ts"
import type { State } from "../../src/domain/State.ts"
import { code, iniPolicy, typescriptPolicy } from "./machine.ts"

const operator = { kind: "operator", who: "ann" } as const
const none: Trace = { kind: "none" }
const alive: Trace = { kind: "alive", spawnedMs: 1_000 }
const ended: Trace = { kind: "ended", spawnedMs: 1_000, status: code(3) }

/** What is on record of a machine that heard these events, each at its moment. */
const heardBy = (...heard: ReadonlyArray<readonly [InstanceEvent, number]>): InstanceState =>
  heard.reduce((state, [event, at]) => transition(iniPolicy, state, event, at)[0], initialState)

const spawned = [{ kind: "spawned" }, 1_000] as const
const start = [{ kind: "start" }, 1_000] as const
const stop = [{ kind: "stop", reason: operator }, 5_000] as const
const kinds = (commands: ReadonlyArray<Command>) => commands.map(({ kind }) => kind)
const go = (
  machine: InstanceState,
  trace: Trace,
  now: number,
  { announced = machine.state, settled = true }: { announced?: State; settled?: boolean } = {}
) => resume(iniPolicy, { machine, settled, announced }, trace, now)

describe("an instance whose daemon died", () => {
  it("goes on as it was while its process lives, with the same deadlines", () => {
    const starting = heardBy(start, spawned)
    assert.deepStrictEqual(go(starting, alive, 1_500), [starting, []])
    assert.strictEqual(starting.deadline, 2_001)
    const running = heardBy(
      start,
      spawned,
      [{ kind: "tick" }, 2_001],
      [{ kind: "checked", alive: true }, 2_001]
    )
    assert.deepStrictEqual(go(running, alive, 9_000), [running, []])
  })

  it("runs the hook before a stop again, within the time that it had", () => {
    const policy = {
      ...iniPolicy,
      hooks: { ...noHooks, beforeStop: { command: "x", timeoutMs: 4_000 } }
    }
    const [stopping] = transition(policy, heardBy(start, spawned), stop[0], 5_000)
    const saved = { machine: stopping, settled: true, announced: stopping.state }
    const [next, commands] = resume(policy, saved, alive, 7_000)
    assert.deepStrictEqual(kinds(commands), ["prepareStop"])
    assert.strictEqual(next.deadline, 9_000)
    const [, late] = transition(policy, next, { kind: "tick" }, 9_000)
    assert.deepStrictEqual(kinds(late), ["signal"])
  })

  it("hears of an exit that happened meanwhile as of any other", () => {
    const running = heardBy(
      start,
      spawned,
      [{ kind: "tick" }, 2_001],
      [{ kind: "checked", alive: true }, 2_001]
    )
    const [next, commands] = go(running, ended, 9_000)
    assert.strictEqual(next.state, "STARTING")
    assert.deepStrictEqual(kinds(commands), ["ended", "sweep", "enter", "spawn", "enter"])
    assert.deepInclude(commands[0], { status: code(3), expected: false })
  })

  it("hears of an exit that nobody knows as unknown, which is never expected", () => {
    const running = heardBy(
      start,
      spawned,
      [{ kind: "tick" }, 2_001],
      [{ kind: "checked", alive: true }, 2_001]
    )
    const [, commands] = go(running, none, 9_000)
    assert.deepInclude(commands[0], { status: { kind: "unknown" }, expected: false })
  })

  it("takes a process that was spawned and not told as spawned then", () => {
    const [next, commands] = go(heardBy(start), alive, 1_400, { announced: "STOPPED" })
    assert.deepInclude(next, { state: "STARTING", life: "live", spawnedAt: 1_000, deadline: 2_001 })
    assert.deepStrictEqual(commands, [
      { kind: "enter", from: "STOPPED", to: "STARTING", reason: null }
    ])
  })

  it("takes one that ended unseen in between as a start that failed too quickly", () => {
    const [next, commands] = go(heardBy(start), ended, 1_400, { announced: "STOPPED" })
    assert.deepInclude(next, { state: "BACKOFF", life: "none", failures: 1 })
    assert.deepStrictEqual(kinds(commands), ["enter", "ended", "sweep", "enter", "pace"])
  })

  it("starts what was intended and never spawned, once", () => {
    const [next, commands] = go(heardBy(start), none, 1_400, { announced: "STOPPED" })
    assert.strictEqual(next.life, "pending")
    assert.deepStrictEqual(kinds(commands), ["spawn", "enter"])
  })

  it("sends the stop signal again only where nobody knows that it was sent", () => {
    const stopping = heardBy(start, spawned, stop)
    assert.deepStrictEqual(go(stopping, alive, 6_000), [stopping, []])
    const [next, commands] = go(stopping, alive, 6_000, { settled: false })
    assert.deepStrictEqual(kinds(commands), ["signal"])
    assert.strictEqual(next.deadline, stopping.deadline)
  })

  it("ends a stop whose process ended meanwhile", () => {
    const [next, commands] = go(heardBy(start, spawned, stop), ended, 6_000)
    assert.deepStrictEqual(kinds(commands), ["ended", "sweep"])
    assert.deepInclude(commands[0], { stopped: true })
    assert.strictEqual(next.state, "STOPPING")
  })

  it("keeps a stop that came before the spawn was told", () => {
    const asked = heardBy(start, [{ kind: "stop", reason: operator }, 1_000])
    const [lives, signalled] = go(asked, alive, 6_000, { announced: "STOPPING" })
    assert.deepInclude(lives, { state: "STOPPING", life: "live" })
    assert.deepStrictEqual(kinds(signalled), ["signal"])
    const [never] = go(asked, none, 6_000, { announced: "STOPPING" })
    assert.deepInclude(never, { state: "STOPPED", life: "none" })
  })

  it("waits in BACKOFF until the moment that was drawn, and draws one that was not", () => {
    const waiting = heardBy(
      start,
      spawned,
      [{ kind: "exited", status: code(1) }, 1_100],
      [{ kind: "paced", delayMs: 4_000 }, 1_100]
    )
    assert.deepStrictEqual(go(waiting, none, 3_000), [waiting, []])
    const undrawn = { ...waiting, deadline: null }
    assert.deepStrictEqual(go(undrawn, none, 3_000), [undrawn, [{ kind: "pace", attempt: 1 }]])
  })

  it("at rest stays at rest", () => {
    for (const state of ["STOPPED", "EXITED", "FATAL"] as const) {
      const resting = { ...initialState, state, reason: operator }
      assert.deepStrictEqual(go(resting, none, 9_000), [resting, []])
    }
  })

  it("gets a process that its record does not know", () => {
    const [next, commands] = go({ ...initialState, state: "EXITED" }, alive, 1_200)
    assert.deepInclude(next, { state: "STARTING", life: "live", spawnedAt: 1_000 })
    assert.deepStrictEqual(kinds(commands), ["enter"])
  })
})

describe("whatever was on record and whatever is found", () => {
  it("at most one process is started, none beside one that lives, and every change is announced in a chain", () => {
    const states = [
      "STOPPED",
      "STARTING",
      "RUNNING",
      "BACKOFF",
      "STOPPING",
      "EXITED",
      "FATAL",
      "UNKNOWN"
    ] as const
    const lives = ["none", "pending", "live", "dead"] as const
    const stops = [
      null,
      { reason: operator, killAt: 50, kills: 1, sweeps: 0, waits: false },
      { reason: operator, killAt: 50, kills: 0, sweeps: 0, waits: true }
    ]
    let cases = 0
    for (const policy of [iniPolicy, typescriptPolicy])
      for (const state of states)
        for (const announced of states)
          for (const life of lives)
            for (const stopping of stops)
              for (const again of [false, true])
                for (const settled of [false, true])
                  for (const trace of [none, alive, ended]) {
                    const machine = { ...initialState, state, life, again, stop: stopping }
                    const [next, commands] = resume(
                      policy,
                      { machine, settled, announced },
                      trace,
                      2_000
                    )
                    const where = JSON.stringify({ machine, announced, settled, trace })
                    const spawns = commands.filter(({ kind }) => kind === "spawn").length
                    assert.isAtMost(spawns, 1, where)
                    if (spawns === 1) assert.notStrictEqual(trace.kind, "alive", where)
                    if (trace.kind === "alive") assert.strictEqual(next.life, "live", where)
                    let now: State = announced
                    for (const command of commands) {
                      if (command.kind !== "enter") continue
                      assert.strictEqual(command.from, now, where)
                      now = command.to
                    }
                    assert.strictEqual(now, next.state, where)
                    cases++
                  }
    assert.isAtLeast(cases, 6_000)
  })
})

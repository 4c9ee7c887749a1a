import { assert, describe, it } from "vitest"
import type { InstanceEvent, InstanceState, Policy } from "../../src/core/instanceState.ts"
import { initialState } from "../../src/core/instanceState.ts"
import { transition } from "../../src/core/transition.ts"
import { code, iniPolicy, killedBy, Machine, typescriptPolicy } from "./machine.ts"

const operator = { kind: "operator", who: "ann" } as const
const stopEvent: InstanceEvent = { kind: "stop", reason: operator }

const started = (machine: Machine): Machine => {
  machine.send({ kind: "start" })
  return machine
}

describe("the table of supervisord, row by row", () => {
  it("STOPPED, EXITED, FATAL and BACKOFF go to STARTING on a start, and the counter stays", () => {
    for (const from of ["STOPPED", "EXITED", "FATAL", "BACKOFF"] as const) {
      const [next, commands] = transition(
        iniPolicy,
        { ...initialState, state: from, failures: 2, deadline: 5_000 },
        { kind: "start" },
        1
      )
      assert.strictEqual(next.state, "STARTING")
      assert.strictEqual(next.failures, 2)
      assert.deepStrictEqual(
        commands.map(({ kind }) => kind),
        ["spawn", "enter"]
      )
    }
  })

  it("STARTING becomes RUNNING only when strictly more than stableAfterMs have passed", () => {
    const machine = started(new Machine(iniPolicy, [{}]))
    machine.runUntil(1_000)
    machine.send({ kind: "tick" })
    assert.strictEqual(machine.state.state, "STARTING")
    machine.runUntil(1_001)
    assert.strictEqual(machine.state.state, "RUNNING")
    assert.strictEqual(machine.state.failures, 0)
    assert.deepStrictEqual(machine.at("succeeded"), [1_001])
  })

  it("an exit in STARTING before stableAfterMs is a failed start, whatever the code", () => {
    for (const status of [code(0), code(1), killedBy("SIGKILL", 9)]) {
      const machine = started(new Machine(iniPolicy, [{ afterMs: 999, status }, {}]))
      machine.runUntil(1_500)
      assert.deepStrictEqual(machine.states, ["STARTING", "BACKOFF"])
      assert.deepStrictEqual(machine.at("exited badly"), [999])
      assert.strictEqual(machine.state.failures, 1)
      assert.strictEqual(machine.state.deadline, 1_999)
    }
  })

  it("an exit at stableAfterMs, before RUNNING was noted, enters RUNNING and EXITED without success", () => {
    const machine = started(new Machine(iniPolicy, [{ afterMs: 1_000 }]))
    machine.runUntil(2_000)
    assert.deepStrictEqual(machine.states, ["STARTING", "RUNNING", "EXITED"])
    assert.deepStrictEqual(machine.at("succeeded"), [])
  })

  it("how long it must live is what held when it was started", () => {
    const machine = started(new Machine(iniPolicy, [{}]))
    const { state } = machine
    const shorter = { ...iniPolicy, start: { ...iniPolicy.start, stableAfterMs: 100 } }
    const [next] = transition(shorter, state, { kind: "exited", status: code(1) }, 500)
    assert.strictEqual(next.state, "BACKOFF")
    const longer = { ...iniPolicy, start: { ...iniPolicy.start, stableAfterMs: 9_000 } }
    const [late] = transition(longer, state, { kind: "exited", status: code(1) }, 1_000)
    assert.notStrictEqual(late.state, "BACKOFF")
    assert.strictEqual(late.failures, 0)
  })

  it("a process that died young is never declared RUNNING, even when its exit is heard late (G1)", () => {
    const machine = started(
      new Machine(iniPolicy, [{ afterMs: 500, status: code(1), exitLateMs: 5_000 }, {}])
    )
    machine.runUntil(5_600)
    assert.deepStrictEqual(machine.states, ["STARTING", "BACKOFF"])
  })

  it("a spawn failure is a failed start with its text as reason", () => {
    const machine = started(new Machine(iniPolicy, [{ spawnError: "can't find command 'x'" }, {}]))
    assert.deepStrictEqual(machine.state.reason, {
      kind: "startFailed",
      text: "can't find command 'x'"
    })
  })

  it("a stop during BACKOFF is STOPPED at once without a signal, and the counter stays (row 78, G29)", () => {
    const machine = started(new Machine(iniPolicy, [{ afterMs: 0, status: code(1) }]))
    machine.runUntil(3_500)
    assert.strictEqual(machine.state.state, "BACKOFF")
    assert.strictEqual(machine.state.failures, 3)
    machine.send(stopEvent)
    assert.strictEqual(machine.state.state, "STOPPED")
    assert.deepStrictEqual(machine.at("signal"), [])
    const patient = {
      ...machine.policy,
      start: { ...machine.policy.start, retries: 9 }
    }
    const again = new Machine(patient, [{ afterMs: 0, status: code(1) }])
    again.state = machine.state
    again.now = 10_000
    again.send({ kind: "start" })
    again.runUntil(10_000)
    assert.strictEqual(again.state.deadline, 14_000)
  })

  it("STARTING and RUNNING go to STOPPING with the signal, and to STOPPED when the process ended", () => {
    for (const upTo of [500, 5_000]) {
      const machine = started(new Machine(iniPolicy, [{ stopsAfterMs: 200 }]))
      machine.runUntil(upTo)
      machine.send(stopEvent)
      assert.strictEqual(machine.state.state, "STOPPING")
      machine.runUntil(upTo + 200)
      assert.strictEqual(machine.state.state, "STOPPED")
      assert.deepStrictEqual(machine.state.reason, operator)
      assert.deepStrictEqual(machine.at("kill"), [])
      assert.strictEqual(machine.state.deadline, null)
    }
  })

  it("KILL follows the stop timeout, and again the re-arm; then the instance is UNKNOWN", () => {
    const machine = started(new Machine(iniPolicy, [{ stopsAfterMs: null, survivesKill: true }]))
    machine.runUntil(2_000)
    machine.send(stopEvent)
    machine.runUntil(100_000)
    assert.deepStrictEqual(machine.at("kill"), [12_000, 22_000, 32_000])
    assert.strictEqual(machine.state.state, "UNKNOWN")
    machine.send({ kind: "exited", status: killedBy("SIGKILL", 9) })
    assert.strictEqual(machine.state.state, "STOPPED")
  })

  it("a refused signal is UNKNOWN; a later exit is STOPPED because a stop was asked for", () => {
    const machine = started(new Machine(iniPolicy, [{ stopsAfterMs: null }]))
    machine.runUntil(2_000)
    machine.send(stopEvent)
    machine.send({ kind: "signalFailed", text: "EPERM" })
    assert.strictEqual(machine.state.state, "UNKNOWN")
    machine.send({ kind: "exited", status: code(0) })
    assert.strictEqual(machine.state.state, "STOPPED")
  })

  it("an exit in UNKNOWN without a stop is EXITED and follows the policy", () => {
    const unknown: InstanceState = { ...initialState, state: "UNKNOWN", life: "live" }
    const [down] = transition(iniPolicy, unknown, { kind: "exited", status: code(0) }, 9)
    assert.strictEqual(down.state, "EXITED")
    const [up] = transition(iniPolicy, unknown, { kind: "exited", status: code(1) }, 9)
    assert.strictEqual(up.state, "STARTING")
  })

  it("a stop timeout of 0 kills right behind the signal, once, and looks again a second later (G30)", () => {
    const policy: Policy = { ...iniPolicy, stop: { ...iniPolicy.stop, timeoutMs: 0 } }
    const machine = started(new Machine(policy, [{ stopsAfterMs: null }]))
    machine.runUntil(2_000)
    machine.send(stopEvent)
    assert.strictEqual(machine.state.deadline, 3_000)
    machine.runUntil(2_000)
    assert.strictEqual(machine.state.state, "STOPPED")
    assert.deepStrictEqual(machine.at("kill"), [2_000])
  })

  it("a clock that stands still or jumps ahead of the deadline changes no order of states", () => {
    const machine = started(new Machine(iniPolicy, [{}]))
    machine.send({ kind: "tick" })
    machine.send({ kind: "tick" })
    assert.strictEqual(machine.state.state, "STARTING")
    machine.runUntil(1e12)
    assert.deepStrictEqual(machine.states, ["STARTING", "RUNNING"])
  })
})

describe("rows 74 to 80", () => {
  it("74: a program that always dies young is spawned at 0, 1, 3 and 6 s plus its lives, then gives up", () => {
    const machine = started(new Machine(iniPolicy, [{ afterMs: 5, status: code(1) }]))
    machine.runUntil(60_000)
    assert.deepStrictEqual(machine.at("spawn"), [0, 1_005, 3_010, 6_015])
    assert.deepStrictEqual(machine.at("gaveUp"), [6_020])
    assert.deepStrictEqual(machine.at("succeeded"), [])
    assert.deepStrictEqual(machine.state.reason, {
      kind: "gaveUp",
      text: "Exited too quickly (process log may have details)",
      attempts: 4
    })
    assert.strictEqual(machine.state.failures, 0)
  })

  it("75: exits with code 0 before startsecs are not expected, and FATAL comes after 1 + retries spawns", () => {
    const policy: Policy = {
      ...iniPolicy,
      start: { auto: true, stableAfterMs: 3_000, retries: 2 }
    }
    const machine = started(new Machine(policy, [{ afterMs: 1_000 }]))
    machine.runUntil(60_000)
    assert.strictEqual(machine.at("spawn").length, 3)
    assert.strictEqual(machine.at("exited badly").length, 3)
    assert.strictEqual(machine.state.state, "FATAL")
  })

  it("76: exit 0 after RUNNING stays EXITED with unexpected, and is respawned at once with always", () => {
    const once = started(new Machine(iniPolicy, [{ afterMs: 2_200 }]))
    once.runUntil(60_000)
    assert.deepStrictEqual(once.states, ["STARTING", "RUNNING", "EXITED"])
    assert.deepStrictEqual(once.at("exited"), [2_200])
    const always: Policy = { ...iniPolicy, restart: { ...iniPolicy.restart, when: "always" } }
    const machine = started(new Machine(always, [{ afterMs: 2_200 }, {}]))
    machine.runUntil(60_000)
    assert.deepStrictEqual(machine.at("spawn"), [0, 2_200])
  })

  it("77: a death by signal is never expected and leads to a respawn", () => {
    const machine = started(
      new Machine(iniPolicy, [{ afterMs: 2_200, status: killedBy("SIGKILL", 9) }, {}])
    )
    machine.runUntil(60_000)
    assert.deepStrictEqual(machine.at("exited badly"), [2_200])
    assert.deepStrictEqual(machine.at("spawn"), [0, 2_200])
  })

  it("79: a process that ignores TERM is killed after the timeout", () => {
    const policy: Policy = { ...iniPolicy, stop: { ...iniPolicy.stop, timeoutMs: 3_000 } }
    const machine = started(new Machine(policy, [{ stopsAfterMs: null }]))
    machine.runUntil(2_000)
    machine.send(stopEvent)
    machine.runUntil(60_000)
    assert.deepStrictEqual(machine.at("kill"), [5_000])
    assert.deepStrictEqual(machine.at("stopped"), [5_000])
    assert.strictEqual(machine.state.state, "STOPPED")
  })

  it("80: a missing command with one retry is tried twice, a second apart, then FATAL", () => {
    const policy: Policy = { ...iniPolicy, start: { ...iniPolicy.start, retries: 1 } }
    const machine = started(new Machine(policy, [{ spawnError: "can't find command 'nope'" }]))
    machine.runUntil(60_000)
    assert.deepStrictEqual(machine.at("spawn"), [0, 1_000])
    assert.deepStrictEqual(machine.states, ["STARTING", "BACKOFF", "STARTING", "BACKOFF", "FATAL"])
  })
})

describe("ini programs with startsecs 0", () => {
  it("are RUNNING at once and restart without delay for ever (G2)", () => {
    const policy: Policy = {
      ...iniPolicy,
      start: { ...iniPolicy.start, stableAfterMs: 0 },
      restart: { ...iniPolicy.restart, when: "always" }
    }
    const machine = started(new Machine(policy, [{ afterMs: 1, status: code(1) }]))
    machine.runUntil(100)
    assert.strictEqual(machine.at("spawn").length, 101)
    assert.isFalse(machine.states.includes("BACKOFF"))
  })
})

describe("paced restarts", () => {
  it("make every early restart wait by the schedule, and the budget counts them", () => {
    const policy: Policy = {
      ...typescriptPolicy,
      start: { ...typescriptPolicy.start, retries: 2 }
    }
    const machine = started(new Machine(policy, [{ afterMs: 5_000, status: code(1) }]))
    machine.runUntil(100_000)
    assert.deepStrictEqual(machine.at("spawn"), [0, 6_000, 13_000])
    assert.strictEqual(machine.state.state, "FATAL")
    assert.deepStrictEqual(machine.states.slice(0, 4), ["STARTING", "RUNNING", "EXITED", "BACKOFF"])
  })

  it("restart at once after resetAfterMs of uptime, and count from 0 again", () => {
    const machine = started(
      new Machine(typescriptPolicy, [
        { afterMs: 100, status: code(1) },
        { afterMs: 2_000, status: code(1) },
        { afterMs: 60_000, status: code(1) },
        { afterMs: 100, status: code(1) },
        {}
      ])
    )
    machine.runUntil(200_000)
    assert.deepStrictEqual(machine.at("spawn"), [0, 1_100, 5_100, 65_100, 66_200])
  })

  it("show the counter as 0 once the uptime is reached, without an exit", () => {
    const machine = started(new Machine(typescriptPolicy, [{ afterMs: 10, status: code(1) }, {}]))
    machine.runUntil(61_009)
    assert.strictEqual(machine.state.failures, 1)
    machine.runUntil(61_010)
    assert.strictEqual(machine.state.failures, 0)
    assert.strictEqual(machine.state.deadline, null)
  })

  it("do not restart what exits as expected, nor anything with when never", () => {
    const machine = started(new Machine(typescriptPolicy, [{ afterMs: 5_000 }]))
    machine.runUntil(100_000)
    assert.strictEqual(machine.state.state, "EXITED")
    const never: Policy = {
      ...typescriptPolicy,
      restart: { ...typescriptPolicy.restart, when: "never" }
    }
    const task = started(new Machine(never, [{ afterMs: 5_000, status: code(3) }]))
    task.runUntil(100_000)
    assert.deepStrictEqual(task.at("spawn"), [0])
  })
})

describe("the stop of a group", () => {
  const leaving = (group: Policy["stop"]["group"]): Machine => {
    const policy: Policy = { ...iniPolicy, stop: { ...iniPolicy.stop, group } }
    const machine = started(new Machine(policy, [{ leaves: 1 }]))
    machine.runUntil(2_000)
    machine.send(stopEvent)
    return machine
  }

  it("waits for the rest of the group and kills it at the timeout, with all", () => {
    const machine = leaving("all")
    machine.runUntil(11_999)
    assert.strictEqual(machine.state.state, "STOPPING")
    machine.runUntil(12_000)
    assert.deepStrictEqual(machine.at("killLeft"), [12_000])
    assert.strictEqual(machine.state.state, "STOPPED")
  })

  it("kills the rest at once with kill, and leaves it with no", () => {
    const kill = leaving("kill")
    kill.runUntil(2_000)
    assert.deepStrictEqual(kill.at("killLeft"), [2_000])
    assert.strictEqual(kill.state.state, "STOPPED")
    const no = leaving("no")
    no.runUntil(2_000)
    assert.deepStrictEqual(no.at("killLeft"), [])
    assert.strictEqual(no.state.state, "STOPPED")
  })
})

describe("targets", () => {
  it("a start during a stop happens when the stop is complete, and a second stop takes it back", () => {
    const machine = started(new Machine(iniPolicy, [{ stopsAfterMs: 500 }]))
    machine.runUntil(2_000)
    machine.send(stopEvent)
    machine.send({ kind: "start" })
    machine.runUntil(2_600)
    assert.deepStrictEqual(machine.states.slice(2), ["STOPPING", "STOPPED", "STARTING"])
    machine.send(stopEvent)
    machine.send({ kind: "start" })
    machine.send(stopEvent)
    machine.runUntil(9_000)
    assert.strictEqual(machine.state.state, "STOPPED")
  })

  it("nothing is spawned after a shutdown began, neither by an exit, a deadline nor a start", () => {
    const machine = started(new Machine(iniPolicy, [{ afterMs: 5, status: code(1) }]))
    machine.runUntil(100)
    machine.send({ kind: "close" })
    machine.runUntil(5_000)
    machine.send({ kind: "start" })
    assert.strictEqual(machine.state.state, "BACKOFF")
    machine.send({ kind: "shutdown" })
    machine.send({ kind: "start" })
    machine.runUntil(9_000)
    assert.strictEqual(machine.state.state, "STOPPED")
    assert.deepStrictEqual(machine.state.reason, { kind: "shutdown" })
    assert.deepStrictEqual(machine.at("spawn"), [0])
  })
})

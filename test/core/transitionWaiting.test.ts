import { assert, describe, it } from "vitest"
import type { InstanceEvent, InstanceState, Policy } from "../../src/core/instanceState.ts"
import { initialState } from "../../src/core/instanceState.ts"
import { transition } from "../../src/core/transition.ts"
import type { Awaited } from "../../src/domain/Dependency.ts"
import { code, iniPolicy, type Life, Machine, typescriptPolicy } from "./machine.ts"

const operator = { kind: "operator", who: "ann" } as const
const db: ReadonlyArray<Awaited> = [{ program: "db", when: "ready" }]
const both: ReadonlyArray<Awaited> = [...db, { program: "migrate", when: "completed" }]

/** A machine whose conditions do not hold. */
const closedDoor = (
  awaits: ReadonlyArray<Awaited> = db,
  lives: ReadonlyArray<Life> = [{}],
  policy: Policy = iniPolicy
): Machine => {
  const machine = new Machine(policy, lives)
  machine.state = { ...machine.state, awaits }
  return machine
}

/** As the supervisor does it: what holds is on the state before anything is asked. */
const send = (machine: Machine, awaits: ReadonlyArray<Awaited>, event: InstanceEvent): void => {
  machine.state = { ...machine.state, awaits }
  machine.send(event)
}

const waits = (machine: Machine, on: ReadonlyArray<Awaited>): void => {
  assert.strictEqual(machine.state.state, "STOPPED")
  assert.deepEqual(machine.state.reason, { kind: "waiting", on })
  assert.isNull(machine.state.deadline)
}

const spawns = (machine: Machine): number => machine.at("spawn").length

describe("a start while a condition does not hold", () => {
  it("waits, STOPPED, and says for what", () => {
    const machine = closedDoor(both)
    machine.send({ kind: "start" })
    waits(machine, both)
    assert.deepEqual(machine.states, ["STOPPED"])
    assert.strictEqual(spawns(machine), 0)
  })

  it("ends for a task that is again what it completed as", () => {
    const machine = closedDoor()
    machine.send({ kind: "start" })
    machine.send({ kind: "completed" })
    send(machine, [], { kind: "opened" })
    assert.deepEqual(machine.states, ["STOPPED", "EXITED"])
    assert.strictEqual(spawns(machine), 0)
  })

  it("is told once, and again when it waits for something else", () => {
    const machine = closedDoor(both)
    machine.send({ kind: "start" })
    machine.send({ kind: "start" })
    machine.send({ kind: "opened" })
    assert.deepEqual(machine.states, ["STOPPED"])
    send(machine, db, { kind: "opened" })
    waits(machine, db)
    assert.deepEqual(machine.states, ["STOPPED", "STOPPED"])
  })

  it("happens when nothing is waited for any more, once", () => {
    const machine = closedDoor()
    machine.send({ kind: "start" })
    send(machine, [], { kind: "opened" })
    send(machine, [], { kind: "opened" })
    assert.deepEqual(machine.states, ["STOPPED", "STARTING"])
    machine.runUntil(2_000)
    assert.strictEqual(machine.state.state, "RUNNING")
    assert.isNull(machine.state.reason)
    assert.strictEqual(spawns(machine), 1)
  })

  it("happens also when it is asked for again", () => {
    const machine = closedDoor()
    machine.send({ kind: "start" })
    send(machine, [], { kind: "start" })
    assert.strictEqual(machine.state.state, "STARTING")
  })

  it("waits from EXITED, FATAL and BACKOFF too, and keeps the counter", () => {
    for (const from of ["EXITED", "FATAL", "BACKOFF"] as const) {
      const machine = closedDoor()
      machine.state = { ...machine.state, state: from, failures: 2, deadline: 5_000 }
      machine.send({ kind: "start" })
      waits(machine, db)
      assert.strictEqual(machine.state.failures, 2)
    }
  })
})

describe("opened", () => {
  it("starts nothing that does not wait", () => {
    for (const state of ["STOPPED", "EXITED", "FATAL", "BACKOFF", "RUNNING", "STOPPING"] as const) {
      const before: InstanceState = { ...initialState, state, reason: operator }
      assert.deepEqual(transition(iniPolicy, before, { kind: "opened" }, 1), [before, []])
    }
  })
})

describe("a stop while a start waits", () => {
  it("ends the wait, at once and with its own reason", () => {
    const machine = closedDoor()
    machine.send({ kind: "start" })
    machine.send({ kind: "stop", reason: operator })
    assert.deepEqual(machine.state.reason, operator)
    assert.deepEqual(machine.states, ["STOPPED", "STOPPED"])
    send(machine, [], { kind: "opened" })
    assert.strictEqual(spawns(machine), 0)
    assert.deepEqual(machine.at("signal"), [])
  })

  it("may itself be a wait: what its dependency's loss stopped starts when that is back", () => {
    const machine = closedDoor([], [{ stopsAfterMs: 30 }])
    machine.send({ kind: "start" })
    machine.runUntil(2_000)
    send(machine, db, { kind: "stop", reason: { kind: "waiting", on: db } })
    assert.strictEqual(machine.state.state, "STOPPING")
    send(machine, [], { kind: "opened" })
    assert.strictEqual(machine.state.state, "STOPPING")
    machine.runUntil(2_100)
    waits(machine, db)
    send(machine, [], { kind: "opened" })
    assert.strictEqual(machine.state.state, "STARTING")
    assert.strictEqual(spawns(machine), 2)
  })
})

describe("a process that ends while a condition does not hold", () => {
  it("is EXITED, and its restart waits", () => {
    const machine = closedDoor([], [{ afterMs: 1_500, status: code(3) }, {}])
    machine.send({ kind: "start" })
    machine.runUntil(1_400)
    machine.state = { ...machine.state, awaits: db }
    machine.runUntil(2_000)
    assert.deepEqual(machine.states, ["STARTING", "RUNNING", "EXITED", "STOPPED"])
    waits(machine, db)
    send(machine, [], { kind: "opened" })
    assert.strictEqual(machine.state.state, "STARTING")
  })

  it("stays EXITED where it is not restarted", () => {
    const machine = closedDoor([], [{ afterMs: 1_500 }])
    machine.send({ kind: "start" })
    machine.runUntil(1_400)
    machine.state = { ...machine.state, awaits: db }
    machine.runUntil(2_000)
    assert.strictEqual(machine.state.state, "EXITED")
    send(machine, [], { kind: "opened" })
    assert.strictEqual(machine.state.state, "EXITED")
  })

  it("goes on with its backoff, whose next attempt waits", () => {
    for (const policy of [iniPolicy, typescriptPolicy]) {
      const machine = closedDoor([], [{ afterMs: 10, status: code(1) }, {}], policy)
      machine.send({ kind: "start" })
      machine.state = { ...machine.state, awaits: db }
      machine.runUntil(500)
      assert.strictEqual(machine.state.state, "BACKOFF")
      machine.runUntil(5_000)
      waits(machine, db)
      assert.strictEqual(machine.state.failures, 1)
      send(machine, [], { kind: "opened" })
      machine.runUntil(8_000)
      assert.strictEqual(machine.state.state, "RUNNING")
    }
  })
})

describe("a restart while a condition does not hold", () => {
  it("waits when the process is gone", () => {
    const machine = closedDoor([], [{ stopsAfterMs: 30 }])
    machine.send({ kind: "start" })
    machine.runUntil(2_000)
    machine.send({ kind: "stop", reason: operator })
    send(machine, db, { kind: "start" })
    assert.strictEqual(machine.state.state, "STOPPING")
    machine.runUntil(2_100)
    waits(machine, db)
    assert.isFalse(machine.state.again)
    assert.strictEqual(spawns(machine), 1)
  })
})

describe("the end of reeve", () => {
  it("lets nothing go on that waits", () => {
    for (const end of ["close", "shutdown"] as const) {
      const machine = closedDoor()
      machine.send({ kind: "start" })
      machine.send({ kind: end })
      send(machine, [], { kind: "opened" })
      machine.send({ kind: "start" })
      assert.strictEqual(machine.state.state, "STOPPED")
      assert.strictEqual(spawns(machine), 0)
      assert.strictEqual(machine.state.reason?.kind, end === "close" ? "waiting" : "shutdown")
    }
  })

  it("lets no restart wait", () => {
    const machine = closedDoor([], [{ afterMs: 1_500, status: code(3) }])
    machine.send({ kind: "start" })
    machine.runUntil(1_400)
    machine.state = { ...machine.state, awaits: db }
    machine.send({ kind: "close" })
    machine.runUntil(2_000)
    assert.strictEqual(machine.state.state, "EXITED")
  })
})

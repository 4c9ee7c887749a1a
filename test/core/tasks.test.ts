/** What a task is: what may be written of it, and what its machine makes of each end. */
import { assert, describe, it } from "vitest"
import { decode } from "../../src/config/decode.ts"
import { exportIni } from "../../src/config/exportIni.ts"
import { exportTypescript } from "../../src/config/exportTypescript.ts"
import { diffDefinitions } from "../../src/core/diffDefinition.ts"
import { expandTask } from "../../src/core/expandTask.ts"
import type { Policy } from "../../src/core/instanceState.ts"
import { transition } from "../../src/core/transition.ts"
import type { ExitStatus } from "../../src/domain/State.ts"
import { evaluateCode } from "./evaluateCode.ts"
import { decodeAll, group, program, said, task } from "./evaluated.ts"
import { code, killedBy, type Life, Machine, typescriptPolicy } from "./machine.ts"

const decoded = (input: object = {}) =>
  decodeAll([task({ name: "migrate", command: "m", ...input })])

const definitionOf = (input: object = {}) => {
  const all = decoded(input)
  assert.deepEqual(said(all), [])
  const definition = all.programs[0]?.instances[0]?.definition
  if (definition === undefined) throw new Error("no instance")
  return definition
}

describe("a definition of a task", () => {
  it("is tried once, and any exit but 0 has failed", () => {
    const { liveness, ready, restart, start, task: settings } = definitionOf()
    assert.deepEqual(settings, { once: false })
    assert.deepEqual(start, { auto: true, stableAfterMs: 0, retries: 0 })
    assert.deepEqual([restart.when, restart.expectedExitCodes], ["unexpected", [0]])
    assert.deepEqual([ready, liveness], [null, null])
    const { pace, resetAfterMs } = restart.backoff
    assert.deepEqual([pace, resetAfterMs], ["restarts", null])
  })

  it("has attempts, a schedule for them, and other exit codes", () => {
    const backoff = { kind: "fixed", delay: "5s" }
    const fields = { retries: 2, backoff, expectedExitCodes: [0, 3], once: true }
    const { restart, start, task: settings } = definitionOf({ ...fields, start: { auto: false } })
    assert.deepEqual(settings, { once: true })
    assert.deepEqual([start.auto, start.retries], [false, 2])
    assert.deepEqual(restart.expectedExitCodes, [0, 3])
    assert.include(restart.backoff, { kind: "fixed", delayMs: 5_000 })
  })

  it("may be in a group", () => {
    const all = decodeAll([
      task({ name: "migrate", command: "m" }),
      program({ name: "web", command: "w" }),
      group({ name: "shop", programs: ["migrate", "web"] })
    ])
    assert.deepEqual(said(all), [])
    assert.deepEqual(
      all.programs.map(({ instances: [first] }) => `${first?.address}`),
      ["shop:migrate", "shop:web"]
    )
  })

  const faults: ReadonlyArray<readonly [input: object, sentence: string]> = [
    [
      { instances: 2 },
      "instances: a task runs once, so there is one of it; define another task for another"
    ],
    [
      { perInstance: [] },
      "perInstance: a task runs once, so there is one of it; define another task for another"
    ],
    [
      { restart: { when: "always" } },
      "restart: a task is run again only after it failed: use `retries`, `backoff` and `expectedExitCodes`"
    ],
    [
      { ready: { kind: "tcp", address: "127.0.0.1:1" } },
      'ready: a task is done when it ends; what needs it waits for "completed"'
    ],
    [
      { liveness: { kind: "tcp", address: "127.0.0.1:1" } },
      'liveness: a task is done when it ends; what needs it waits for "completed"'
    ],
    [
      { reload: {} },
      "reload: a task reads its files when it runs; `watch` runs it again when they change"
    ],
    [
      { start: { stableAfter: "1s" } },
      "start.stableAfter: a task counts by how it ends, not by how long it runs; leave it out"
    ],
    [
      { start: { retries: 3 } },
      "start.retries: of a task it is written outside of start: `retries`"
    ],
    [
      { backoff: { kind: "fixed", delay: "1s", pace: "starts" } },
      "backoff.pace: every run of a task that fails is an attempt, however long it took; leave it out"
    ],
    [{ retries: "unlimited" }, 'retries: expected a whole number, 0 or more, found "unlimited"'],
    [{ once: "yes" }, 'once: expected true or false, found "yes"'],
    [{ onec: true }, "onec: there is no such field (did you mean once?)"]
  ]
  for (const [input, sentence] of faults) {
    it(`is refused with ${sentence.slice(0, 90)}`, () => {
      assert.deepEqual(said(decoded(input)), [sentence])
    })
  }

  it("has fields that no program has", () => {
    const all = decodeAll([program({ name: "web", command: "w", once: true, retries: 2 })])
    assert.deepEqual(
      said(all).map((sentence) => sentence.split(" (")[0]),
      ["once: there is no such field", "retries: there is no such field"]
    )
  })

  it("differs live from a program, and in whether it runs once", () => {
    const changes = diffDefinitions(definitionOf(), definitionOf({ once: true, retries: 1 }), [])
    assert.deepEqual(
      changes.map((it) => `${it.path} ${it.before} -> ${it.after} ${it.class}`),
      ["task.once false -> true live", "task.retries 0 -> 1 live"]
    )
    const web = decodeAll([program({ name: "web", command: "m" })]).programs[0]?.instances[0]
    if (web === undefined) throw new Error("no instance")
    const became = diffDefinitions(web.definition, definitionOf(), [])
    assert.isTrue(became.every((it) => it.class === "live"))
    assert.include(
      became.map(({ path }) => path),
      "task"
    )
  })
})

describe("a task that is written down again", () => {
  const state = (input: object) => {
    const { groups, programs } = decoded(input)
    return { groups, programs }
  }

  it("is the same task in TypeScript", () => {
    const inputs: ReadonlyArray<object> = [
      {},
      { once: true, retries: 3, start: { auto: false }, expectedExitCodes: [0, 75] },
      { backoff: { kind: "fixed", delay: "5s" }, stop: { signal: "INT" }, priority: 5 },
      { backoff: { kind: "sequence", delays: ["1s", "1m"], jitter: 0.5 }, user: "nobody" }
    ]
    for (const input of inputs) {
      const { groups, programs } = state(input)
      const code = exportTypescript(programs, groups)
      assert.include(code, "defineTask(")
      const again = decode({ objects: evaluateCode(code), faults: [], inputs: [], barren: [] })
      assert.deepEqual(said(again), [], code)
      assert.deepEqual(
        again.programs[0]?.instances[0]?.definition,
        programs[0]?.instances[0]?.definition,
        code
      )
    }
  })

  it("is a program in ini, which is told", () => {
    const { text, warnings } = exportIni(state({ once: true }))
    assert.include(text, "[program:migrate]")
    assert.include(
      warnings.map(({ message }) => message),
      "migrate: ini cannot express that it is a task (there it is a program that ends)"
    )
    assert.include(
      warnings.map(({ message }) => message),
      "migrate: ini cannot express task.once"
    )
  })
})

const policyOf = (retries = 0, expectedExitCodes: ReadonlyArray<number> = [0]): Policy => ({
  ...typescriptPolicy,
  ...expandTask({ command: "m" }, { retries, expectedExitCodes })
})

const run = (lives: ReadonlyArray<Life>, policy = policyOf()): Machine => {
  const machine = new Machine(policy, lives)
  machine.send({ kind: "start" })
  machine.runUntil(60_000)
  return machine
}

const lasting = (status: ExitStatus, afterMs = 5_000): Life => ({ afterMs, status })

const isDone = ({ state }: Machine): boolean =>
  state.state === "EXITED" && state.reason?.kind === "exited" && state.reason.expected

describe("a task that ends as expected", () => {
  it("is EXITED, and has run once", () => {
    const machine = run([lasting(code(0))])
    assert.isTrue(isDone(machine))
    assert.deepEqual(machine.states, ["STARTING", "RUNNING", "EXITED"])
    assert.isNull(machine.state.deadline)
  })

  it("is so at once, and with another code that means it", () => {
    assert.isTrue(isDone(run([lasting(code(0), 0)])))
    assert.isTrue(isDone(run([lasting(code(3))], policyOf(0, [0, 3]))))
  })

  it("runs again when it is started, with all its attempts", () => {
    const machine = run(
      [lasting(code(1)), lasting(code(0)), lasting(code(1)), lasting(code(0))],
      policyOf(1)
    )
    assert.isTrue(isDone(machine))
    assert.strictEqual(machine.state.failures, 0)
    machine.send({ kind: "start" })
    machine.runUntil(120_000)
    assert.isTrue(isDone(machine))
    assert.strictEqual(machine.at("spawn").length, 4)
  })
})

describe("a task that fails", () => {
  const ends: ReadonlyArray<readonly [string, ExitStatus]> = [
    ["exit status 3", code(3)],
    ["terminated by SIGSEGV", killedBy("SIGSEGV", 11)],
    ["exit status unknown", { kind: "unknown" }]
  ]
  for (const [text, status] of ends) {
    it(`is FATAL at once without retries: ${text}`, () => {
      for (const afterMs of [0, 5_000, 50_000]) {
        const machine = run([lasting(status, afterMs)])
        assert.strictEqual(machine.state.state, "FATAL")
        assert.deepEqual(machine.state.reason, { kind: "gaveUp", text, attempts: 1 })
        assert.strictEqual(machine.at("spawn").length, 1)
      }
    })
  }

  it("is tried so often as it may be, however long each run takes", () => {
    const machine = run([lasting(code(1), 10_000)], policyOf(2))
    assert.strictEqual(machine.state.state, "FATAL")
    assert.deepEqual(machine.at("spawn"), [0, 11_000, 23_000])
    assert.deepEqual(
      machine.states.filter((state) => state === "BACKOFF"),
      ["BACKOFF", "BACKOFF", "BACKOFF"]
    )
    assert.strictEqual(machine.state.failures, 0)
  })

  it("may complete at the last attempt", () => {
    const machine = run([lasting(code(1)), lasting(code(1)), lasting(code(0))], policyOf(2))
    assert.isTrue(isDone(machine))
  })

  it("counts a start that was not possible as well", () => {
    const machine = run([{ spawnError: "no such file" }], policyOf(1))
    assert.strictEqual(machine.state.state, "FATAL")
    assert.deepEqual(machine.state.reason, { kind: "gaveUp", text: "no such file", attempts: 2 })
  })

  it("has all its attempts again when it is started", () => {
    const machine = run([lasting(code(1), 1_000)], policyOf(1))
    assert.strictEqual(machine.at("spawn").length, 2)
    machine.send({ kind: "start" })
    machine.runUntil(120_000)
    assert.strictEqual(machine.state.state, "FATAL")
    assert.strictEqual(machine.at("spawn").length, 4)
  })
})

describe("a task that is stopped", () => {
  it("has not completed, even where it ends with 0", () => {
    const [stopping] = transition(
      policyOf(),
      { ...run([{}]).state },
      { kind: "stop", reason: { kind: "operator", who: "ann" } },
      1
    )
    const [ended] = transition(policyOf(), stopping, { kind: "exited", status: code(0) }, 2)
    const [stopped] = transition(policyOf(), ended, { kind: "swept", left: 0 }, 2)
    assert.strictEqual(stopped.state, "STOPPED")
    assert.deepEqual(stopped.reason, { kind: "operator", who: "ann" })
  })

  it("between two attempts has all of them when it is started", () => {
    const machine = run([lasting(code(1), 1_000)], policyOf(1))
    machine.send({ kind: "start" })
    machine.runUntil(61_500)
    assert.strictEqual(machine.state.state, "BACKOFF")
    machine.send({ kind: "stop", reason: { kind: "operator", who: "ann" } })
    assert.strictEqual(machine.state.state, "STOPPED")
    const before = machine.at("spawn").length
    machine.send({ kind: "start" })
    machine.runUntil(120_000)
    assert.strictEqual(machine.at("spawn").length - before, 2)
  })
})

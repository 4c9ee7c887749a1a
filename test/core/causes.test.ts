import { assert, describe, it } from "vitest"
import { causesOf, startedAfter } from "../../src/core/causes.ts"
import type { Event, EventBody } from "../../src/domain/Event.ts"
import { address, instanceKey } from "../../src/domain/Instance.ts"
import type { Reason, State } from "../../src/domain/State.ts"

const web = { instance: instanceKey("web", "web", 0), address: address("web", "web") }
const operator: Reason = { kind: "operator", who: "ann" }
const plan: Reason = { kind: "plan", text: "fields" }

const state = (
  from: State,
  to: State,
  generation = 1,
  reason: Reason | null = null
): EventBody => ({
  kind: "state",
  ...web,
  from,
  to,
  pid: null,
  reason,
  generation,
  failures: 0
})
const exit = (pid: number, code: number): EventBody => ({
  kind: "exit",
  ...web,
  pid,
  status: { kind: "code", code },
  expected: code === 0
})
const added: EventBody = { kind: "added", ...web }
const started = (generation = 1) => [
  state("STOPPED", "STARTING", generation),
  state("STARTING", "RUNNING", generation)
]
const crash = (pid: number) => [
  exit(pid, 1),
  state("RUNNING", "BACKOFF", 1, {
    kind: "exited",
    status: { kind: "code", code: 1 },
    expected: false
  }),
  state("BACKOFF", "STARTING"),
  state("STARTING", "RUNNING")
]
const stopped = (reason: Reason, generation: number) => [
  state("RUNNING", "STOPPING", generation, reason),
  exit(9, 0),
  state("STOPPING", "STOPPED", generation, reason)
]

/** Each a second after the one before. */
const journal = (...bodies: ReadonlyArray<EventBody>) =>
  bodies.map((body, at): Event => ({ id: at + 1, at: (at + 1) * 1_000, body }))
const of = (...bodies: ReadonlyArray<EventBody>) => causesOf(journal(...bodies))

describe("the causes of an instance", () => {
  it("are its addition and the generation when nothing else happened", () => {
    assert.deepEqual(of(added, ...started(4)), [
      { kind: "added", at: 1_000 },
      { kind: "generation", number: 4 }
    ])
  })

  it("are one link for all ends of its own, the latest told", () => {
    const [ends, ...others] = of(added, ...started(), ...crash(7), ...crash(8), ...crash(9))
    assert.deepEqual(ends, {
      kind: "ended",
      at: 12_000,
      since: 4_000,
      count: 3,
      pid: 9,
      status: { kind: "code", code: 1 },
      expected: false
    })
    assert.deepEqual(
      others.map(({ kind }) => kind),
      ["added", "generation"]
    )
  })

  it("end with the plan that replaced its process, and not with an exit that came of it", () => {
    assert.deepEqual(of(added, ...started(), ...crash(7), ...stopped(plan, 2), ...started(2)), [
      { kind: "stopped", at: 8_000, reason: plan, started: true },
      { kind: "generation", number: 2 }
    ])
  })

  it("are ends after a stop as well as the stop", () => {
    const kinds = of(added, ...started(), ...stopped(plan, 2), ...started(2), ...crash(7)).map(
      ({ kind }) => kind
    )
    assert.deepEqual(kinds, ["ended", "stopped", "generation"])
  })

  it("are what was done by hand", () => {
    const said = { text: "started by hand", who: "ann", reason: "disk swap", until: 9_000 }
    const byHand: EventBody = { kind: "override", ...web, ...said }
    assert.deepEqual(of(added, ...started(), ...stopped(operator, 1), byHand, ...started()), [
      { kind: "byHand", at: 7_000, ...said },
      { kind: "generation", number: 1 }
    ])
    assert.deepEqual(of(added, ...started(), ...stopped(operator, 1))[0], {
      kind: "stopped",
      at: 4_000,
      reason: operator,
      started: false
    })
    assert.deepEqual(of(added, ...started(), byHand, ...stopped(operator, 1))[0], {
      kind: "byHand",
      at: 4_000,
      ...said
    })
  })

  it("are also a stop between two tries", () => {
    const waiting = [
      exit(7, 1),
      state("STARTING", "BACKOFF"),
      state("BACKOFF", "STOPPED", 1, operator)
    ]
    assert.deepEqual(of(added, state("STOPPED", "STARTING"), ...waiting)[0], {
      kind: "stopped",
      at: 5_000,
      reason: operator,
      started: false
    })
  })

  it("are not what was done by hand and moved nothing", () => {
    const terms = { who: "ann", reason: null, until: null }
    const scaled: EventBody = { kind: "override", ...web, text: "scaled to 8", ...terms }
    const kinds = of(added, ...started(), ...crash(7), scaled).map(({ kind }) => kind)
    assert.deepEqual(kinds, ["ended", "added", "generation"])
  })

  it("are none where the journal knows nothing", () => {
    assert.deepEqual(of(), [])
  })
})

describe("the start that followed", () => {
  it("is the next one, or none yet", () => {
    const followed: Reason = { kind: "followed", on: "db" }
    const events = journal(added, ...started(), ...stopped(followed, 1), ...started(), ...started())
    assert.strictEqual(startedAfter(events, 4_000), 7_000)
    assert.strictEqual(startedAfter(events, 10_000), null)
  })
})

import { assert, describe, it } from "vitest"
import { guards, holdsAll, type Situation } from "../../src/core/guards.ts"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { allRunning, confirmed, declare, program } from "./planning/world.ts"

const quiet: Situation = {
  mode: "auto",
  confirmed: false,
  actions: 1,
  existing: 5,
  removed: 0,
  failedBefore: false,
  bad: null,
  pin: null
}
const kinds = (change: Partial<Situation>) =>
  guards({ ...quiet, ...change }).map(({ kind }) => kind)

describe("guards", () => {
  it("hold what is not pinned, also where there is nothing to do; not what somebody confirms", () => {
    const pin = { generation: 7, who: "alice", at: 5, reason: null }
    assert.deepEqual(guards({ ...quiet, actions: 0, pin }), [
      {
        kind: "pinned",
        text: "pinned to generation 7 by alice; `reeve resume` applies what the files say",
        instances: [],
        at: 5
      }
    ])
    assert.deepEqual(kinds({ mode: "manual", pin }), ["pinned", "manual"])
    assert.deepEqual(kinds({ confirmed: true, pin }), [])
  })

  it.each([
    [1, 1, false],
    [2, 2, true],
    [2, 1, false],
    [9, 8, false],
    [9, 9, true],
    [10, 5, false],
    [10, 6, true]
  ])("of %i programs, removing %i waits: %s", (existing, removed, waits) => {
    assert.deepEqual(kinds({ existing, removed }), waits ? ["massRemoval"] : [])
  })

  it("lets nothing wait that has nothing to do, or that an operator confirms", () => {
    const all = { mode: "manual", existing: 2, removed: 2, failedBefore: true } as const
    assert.deepEqual(kinds(all), ["manual", "massRemoval", "failedBefore"])
    assert.deepEqual(kinds({ ...all, actions: 0 }), [])
    assert.deepEqual(kinds({ ...all, confirmed: true }), [])
  })

  it("hold the whole plan, where protection holds only its instances", () => {
    assert.isTrue(holdsAll(guards({ ...quiet, mode: "manual" })))
    const before = declare(program({ name: "db", protect: true }), program({ name: "web" }))
    const after = declare(
      program({ name: "db", protect: true, definition: { umask: 0 } }),
      program({ name: "web", definition: { umask: 0 } })
    )
    const made = plan(after, allRunning(before), unattended)
    assert.isFalse(holdsAll(made.held))
    assert.deepEqual(
      made.actions.map(({ address }) => `${address}`),
      ["web"]
    )
    assert.deepEqual(
      made.held.map(({ instances, text }) => [text, ...instances]),
      [
        [
          "db is protected: it would be restarted (umask changed); `reeve apply --yes-protected` does it",
          "db/db/0"
        ]
      ]
    )
    assert.strictEqual(plan(after, allRunning(before), confirmed).actions.length, 2)
  })

  it("do not count a rename as a removal", () => {
    const before = declare(program({ name: "a" }), program({ name: "b", definition: { umask: 0 } }))
    const after = declare(program({ name: "c" }), program({ name: "d", definition: { umask: 0 } }))
    const made = plan(after, allRunning(before), unattended)
    assert.deepEqual(made.held, [])
    assert.deepEqual(
      made.actions.map(({ kind }) => kind),
      ["rename", "rename"]
    )
  })

  it("hold content that failed before until something changes", () => {
    const desired = declare(program({ name: "web" }))
    const actual = allRunning(declare())
    const failed = { ...unattended, failed: desired.hash }
    assert.deepEqual(
      plan(desired, actual, failed).held.map(({ kind }) => kind),
      ["failedBefore"]
    )
    assert.deepEqual(plan(desired, actual, { ...failed, failed: "other" }).held, [])
  })
})

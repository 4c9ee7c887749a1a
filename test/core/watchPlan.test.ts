import { assert, describe, it } from "vitest"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import type { ActualInstance, Override } from "../../src/domain/Actual.ts"
import { InstanceKey } from "../../src/domain/Instance.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { lines } from "./planning/lines.ts"
import { allRunning, declare, definition, program, where } from "./planning/world.ts"

const watch = ["/p/src/**"]
const web = (fields: object = {}) => program({ name: "web", definition: { watch }, ...fields })
const stopped: Override = {
  key: InstanceKey.make("web/web/0"),
  kind: "stopped",
  who: "root",
  at: 5,
  ...noTerms
}
const changed = { changedFile: "/p/src/a.ts" }

const against = (change: Partial<ActualInstance>, declared = declare(web())) =>
  plan(declared, where(allRunning(declared), "web", { ...changed, ...change }), unattended)

describe("the plan for a watched file that changed", () => {
  it("restarts what runs or tries to, and names the file", () => {
    for (const state of ["RUNNING", "STARTING", "BACKOFF", "STOPPING"] as const) {
      assert.strictEqual(
        lines(against({ state })),
        "a1 restart web: /p/src/a.ts changed\ns1 = a1",
        state
      )
    }
  })

  it("starts what has ended or was given up, unless it is not to run", () => {
    for (const state of ["EXITED", "FATAL"] as const) {
      const made = against({ state, process: null })
      assert.strictEqual(lines(made), "a1 start web: /p/src/a.ts changed\ns1 = a1", state)
      const auto = { watch, start: { ...definition.start, auto: false } }
      const byHand = declare(program({ name: "web", definition: auto }))
      assert.isEmpty(against({ state, process: null }, byHand).actions)
    }
  })

  it("touches nothing that somebody stopped, and says that the file changed", () => {
    const { actions, drift } = against({ state: "STOPPED", process: null, override: stopped })
    assert.isEmpty(actions)
    assert.deepEqual(
      drift.map(({ text }) => text),
      ["stopped by root; held until released; /p/src/a.ts changed since"]
    )
  })

  it("waits for a person where the program is protected", () => {
    const { actions, held } = against({}, declare(web({ protect: true })))
    assert.isEmpty(actions)
    assert.deepEqual(
      held.map(({ text }) => text),
      [
        "web is protected: it would be restarted (/p/src/a.ts changed); `reeve apply --yes-protected` does it"
      ]
    )
  })

  it("restarts all instances, whose turns the executor keeps", () => {
    const desired = declare(
      web({ instances: 3 }),
      program({ name: "api", definition: { watch }, instances: 2 })
    )
    const actual = allRunning(desired)
    const all = { ...actual, instances: actual.instances.map((it) => ({ ...it, ...changed })) }
    const { actions } = plan(desired, all, unattended)
    assert.deepEqual(
      actions.map(({ address, dependsOn, id }) => [id, address, ...dependsOn]),
      [
        ["a1", "api:0"],
        ["a2", "api:1"],
        ["a3", "web:0"],
        ["a4", "web:1"],
        ["a5", "web:2"]
      ]
    )
  })

  it("has nothing to do where the program watches no longer", () => {
    const desired = declare(program({ name: "web" }))
    assert.isEmpty(against({}, desired).actions)
  })
})

import { assert, describe, it } from "vitest"
import { holdUp } from "../../../src/core/dependency/holdUp.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { Action, Cause } from "../../../src/domain/Plan.ts"
import type { State } from "../../../src/domain/State.ts"
import { program, running } from "../planning/world.ts"
import { needs } from "./dependencyOf.ts"

const web = program({
  name: "web",
  instances: 2,
  definition: { dependsOn: needs({ db: "ready", cache: { when: "started", optional: true } }) }
})
const [spec, sibling] = web.instances
const [db] = program({ name: "db" }).instances
if (spec === undefined || sibling === undefined || db === undefined) throw new Error("instances")

const follows: Cause = { kind: "dependency", on: "db", changes: [] }
const changed: Cause = { kind: "fields", changes: [] }

const common = {
  id: "a1",
  instance: spec.key,
  address: spec.address,
  program: "web",
  dependsOn: [],
  source: null
}
const restart = (cause: Cause): Action => ({
  ...common,
  kind: "restart",
  cause,
  awaits: [],
  needs: []
})

const at = (it: typeof spec, state: State = "RUNNING"): ActualInstance => ({
  ...running(it, 7),
  state
})

const text = (action: Action, ...others: ReadonlyArray<ActualInstance>) =>
  holdUp(action, spec, () => [at(spec), ...others])

describe("a restart", () => {
  it("begins when all that it needs is there", () => {
    for (const cause of [follows, changed]) {
      assert.isNull(text(restart(cause), at(sibling), at(db)))
    }
  })

  it("waits for what is not there, be it why it restarts or not", () => {
    for (const cause of [follows, changed]) {
      for (const state of ["STARTING", "STOPPED", "FATAL"] as const) {
        assert.strictEqual(
          text(restart(cause), at(sibling), at(db, state)),
          "waits for db to be ready"
        )
      }
      assert.strictEqual(text(restart(cause), at(sibling)), "waits for db to be ready")
    }
  })

  it("that follows a dependency waits for the other instances of its program that are on their way", () => {
    const other = (state: State) => text(restart(follows), at(sibling, state), at(db))
    for (const state of ["STARTING", "STOPPING"] as const) {
      assert.strictEqual(other(state), "waits for web:1 to be ready")
    }
    for (const state of ["RUNNING", "STOPPED", "BACKOFF", "EXITED", "FATAL", "UNKNOWN"] as const) {
      assert.isNull(other(state))
    }
  })

  it("for another reason waits for no other instance", () => {
    assert.isNull(text(restart(changed), at(sibling, "STARTING"), at(db)))
  })
})

describe("what is no restart, and what needs nothing", () => {
  it("begins at once", () => {
    const start: Action = {
      ...common,
      kind: "start",
      cause: changed,
      run: true,
      awaits: [],
      task: false
    }
    const update: Action = { ...common, kind: "update", cause: changed }
    const unasked = () => {
      throw new Error("nobody is to be looked at")
    }
    assert.isNull(holdUp(start, spec, unasked))
    assert.isNull(holdUp(update, spec, unasked))
    assert.isNull(holdUp(restart(follows), undefined, unasked))
    assert.isNull(holdUp(restart(changed), db, unasked))
  })
})

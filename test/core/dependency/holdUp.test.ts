import { assert, describe, it } from "vitest"
import { type Around, holdUp } from "../../../src/core/dependency/holdUp.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { Action, Cause } from "../../../src/domain/Plan.ts"
import type { State } from "../../../src/domain/State.ts"
import { usualUpdate } from "../../../src/domain/Update.ts"
import { program, running } from "../planning/world.ts"
import { definitionOf } from "../specOf.ts"
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
const watched: Cause = { kind: "watch", path: "/src/a" }

const look = {
  kind: "tcp",
  address: "127.0.0.1:80",
  everyMs: 1_000,
  jitter: 0,
  failures: 3,
  timeoutMs: 500,
  startPeriodMs: 0
} as const

const common = {
  id: "a1",
  instance: spec.key,
  address: spec.address,
  program: "web",
  dependsOn: [],
  source: null
}
const restart = (cause: Cause): Action & { readonly kind: "restart" } => ({
  ...common,
  kind: "restart",
  cause,
  awaits: [],
  needs: [],
  atOnce: null,
  overlap: false,
  rollback: false
})

const at = (it: typeof spec, state: State = "RUNNING"): ActualInstance => ({
  ...running(it, 7),
  state
})

const around = (instances: ReadonlyArray<ActualInstance>, more: Partial<Around> = {}): Around => ({
  instances: () => new Map(instances.map((it) => [it.spec.key, it])),
  siblings: web.instances,
  begun: new Set(),
  now: Number.MAX_SAFE_INTEGER,
  ...more
})

const text = (action: Action, ...others: ReadonlyArray<ActualInstance>) =>
  holdUp(action, spec, around([at(spec), ...others]))

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

  it("waits while as many others are out as may be, failed ones too", () => {
    const other = (it: ActualInstance) => text(restart(changed), it, at(db))
    for (const state of ["STARTING", "STOPPING", "BACKOFF", "FATAL", "UNKNOWN"] as const) {
      assert.strictEqual(other(at(sibling, state)), "waits for web:1 to be ready")
    }
    assert.isNull(other(at(sibling)))
  })

  it("does not wait for what is not wanted, and not where it is out itself", () => {
    const held = {
      key: sibling.key,
      kind: "stopped",
      who: "root",
      at: 1,
      reason: null,
      until: null
    } as const
    const down = { ...at(sibling, "STOPPED"), process: null, override: held }
    assert.isNull(text(restart(changed), down, at(db)))
    const self = [at(spec, "STARTING"), at(sibling, "STARTING"), at(db)]
    assert.isNull(holdUp(restart(changed), spec, around(self)))
  })

  it("waits for one that failed and is to run from now on, as the same plan will tell it", () => {
    const { definition } = sibling
    const start = { ...definition.start, auto: false }
    const idle = {
      ...at(sibling, "FATAL"),
      spec: { ...sibling, definition: { ...definition, start } }
    }
    assert.strictEqual(text(restart(changed), idle, at(db)), "waits for web:1 to be ready")
  })

  it("does not wait for one that serves, and is to have a probe only now", () => {
    const probe = definitionOf({ ready: { ...look, successes: 1, withinMs: null } })
    const [self, other] = [spec, sibling].map((it) => ({
      ...it,
      definition: { ...it.definition, ready: probe.ready }
    }))
    if (self === undefined || other === undefined) return
    const all = around([at(spec), at(sibling), at(db)], { siblings: [self, other] })
    for (const cause of [changed, watched]) assert.isNull(holdUp(restart(cause), self, all))
  })

  it("waits for those that had their turn by the same plan, and until the others have been ready long enough", () => {
    const all = [at(spec), at(sibling), at(db)]
    const begun = new Set([sibling.key])
    assert.isNotNull(holdUp(restart(changed), spec, around(all, { begun })))
    const patient = {
      ...spec,
      definition: { ...spec.definition, update: { ...usualUpdate, minReadyMs: 5_000 } }
    }
    const since = (ms: number) => [at(spec), { ...at(sibling), since: ms }, at(db)]
    const wait = (ms: number) =>
      holdUp(restart(changed), patient, around(since(ms), { now: 100_000 }))
    assert.strictEqual(wait(95_001), "waits for web:1 to be ready")
    assert.isNull(wait(95_000))
  })

  it("waits for nobody where all of them may be out", () => {
    for (const most of ["all", 2] as const) {
      const update = { ...usualUpdate, maxUnavailable: most }
      const bold = { ...spec, definition: { ...spec.definition, update } }
      const all = [at(spec), at(sibling, "STARTING"), at(db)]
      assert.isNull(holdUp(restart(changed), bold, around(all)))
    }
    const ini = { ...spec, origin: "ini" as const }
    assert.isNull(holdUp(restart(changed), ini, around([at(spec), at(sibling, "FATAL"), at(db)])))
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
    const unasked = around([], {
      siblings: [],
      instances: () => {
        throw new Error("nobody is to be looked at")
      }
    })
    assert.isNull(holdUp(start, spec, unasked))
    assert.isNull(holdUp(update, spec, unasked))
    assert.isNull(holdUp(restart(follows), undefined, unasked))
    assert.isNull(holdUp(restart(changed), db, unasked))
  })

  it("with overlap waits for those whose new process is on its way, and has one attempt", () => {
    const overlapping: Action = { ...restart(changed), overlap: true }
    const coming = {
      pid: 9,
      state: "STARTING",
      revision: spec.revision,
      since: 0,
      outdated: false,
      failed: null
    } as const
    assert.isNull(text(overlapping, at(sibling), at(db)))
    const busy = { ...at(sibling), successor: coming }
    assert.equal(text(overlapping, busy, at(db)), `waits for ${sibling.address} to be ready`)
    const failed = { ...at(spec), successor: { ...coming, failed: "EXITED: exit status 3" } }
    assert.equal(
      holdUp(overlapping, spec, around([failed, at(sibling), at(db)])),
      "its new process failed: EXITED: exit status 3"
    )
  })
})

import { assert, describe, it } from "vitest"
import { plan } from "../../../src/core/plan.ts"
import { standingOf } from "../../../src/core/rollout/standing.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { Desired } from "../../../src/domain/Desired.ts"
import type { State } from "../../../src/domain/State.ts"
import { type Update, usualUpdate } from "../../../src/domain/Update.ts"
import { allRunning, confirmed, declare, program } from "../planning/world.ts"

const declared = (umask: number, update: Partial<Update> = {}): Desired =>
  declare(
    program({
      name: "api",
      instances: 3,
      definition: { umask, update: { ...usualUpdate, ...update } }
    })
  )

/** An update of api; `states`: of the instances that have a new process, the others run what was before. */
const standing = (states: ReadonlyArray<State>, update: Partial<Update> = {}, now = 1_000_000) => {
  const desired = declared(0o22, update)
  const before = allRunning(declared(0, update))
  const specs = desired.programs.flatMap(({ instances }) => instances)
  const instances = before.instances.map((it, at): ActualInstance => {
    const [state, spec] = [states[at], specs[at]]
    if (state === undefined || spec === undefined) return it
    const failed = { reason: { kind: "startFailed", text: "no file" }, process: null } as const
    const runs = state === "RUNNING" || state === "STARTING"
    return { ...it, spec, started: spec, state, since: 990_000, ...(runs ? {} : failed) }
  })
  const { arrived, failed, nextAt, pending } = standingOf({
    plan: plan(desired, before, confirmed),
    specs: new Map(specs.map((spec) => [spec.key, spec])),
    instances: new Map(instances.map((it) => [it.spec.key, it])),
    now
  })
  const text = (one: { readonly spec: { readonly address: string }; readonly text: string }) =>
    `${one.spec.address} ${one.text}`
  return { arrived: arrived.size, failed: failed.map(text), pending: pending.map(text), nextAt }
}

describe("how an update stands", () => {
  it("counts those that are up with what is new", () => {
    const none = { failed: [], pending: [], nextAt: null }
    assert.deepEqual(standing([]), { arrived: 0, ...none })
    assert.deepEqual(standing(["RUNNING", "RUNNING"]), { arrived: 2, ...none })
    assert.deepEqual(standing(["RUNNING", "RUNNING", "RUNNING"]), { arrived: 3, ...none })
  })

  it("waits for what comes up while others of its program wait for that", () => {
    assert.deepEqual(standing(["RUNNING", "STARTING"]).pending, ["api:1 STARTING"])
    assert.deepEqual(standing(["RUNNING", "RUNNING", "STARTING"]).pending, [])
    const undone = standing(["RUNNING", "RUNNING", "STARTING"], { rollback: true })
    assert.deepEqual(undone.pending, ["api:2 STARTING"])
  })

  it("has failed with the first instance that fails, where others wait for that or it is to be undone", () => {
    for (const state of ["BACKOFF", "FATAL"] as const) {
      assert.deepEqual(standing([state]).failed, [`api:0 ${state}: no file`])
      const [up, last] = [["RUNNING", "RUNNING"] as const, [`api:2 ${state}: no file`]]
      assert.deepEqual(standing([...up, state]).failed, [])
      assert.deepEqual(standing([...up, state], { rollback: true }).failed, last)
    }
  })

  it("waits until what is ready has been so long enough, and says when that is", () => {
    const patient = { minReadyMs: 30_000 }
    assert.deepEqual(standing(["RUNNING"], patient), {
      arrived: 0,
      failed: [],
      pending: ["api:0 not ready long enough"],
      nextAt: 1_020_000
    })
    assert.strictEqual(standing(["RUNNING"], patient, 1_020_000).arrived, 1)
  })

  it("judges a new process beside the old one while that serves on", () => {
    const desired = declared(0o22, { strategy: "overlap" })
    const before = allRunning(declared(0, { strategy: "overlap" }))
    const specs = desired.programs.flatMap(({ instances }) => instances)
    const look = (failed: string | null, revision = specs[0]?.revision ?? "") => {
      const successor = {
        pid: 77,
        state: "STARTING",
        revision,
        since: 0,
        outdated: false,
        failed
      } as const
      const instances = before.instances.map((it, at) => (at === 0 ? { ...it, successor } : it))
      const actual = { ...before, instances }
      const found = standingOf({
        plan: plan(desired, before, confirmed),
        specs: new Map(specs.map((spec) => [spec.key, spec])),
        instances: new Map(instances.map((it) => [it.spec.key, it])),
        now: 1
      })
      const { actions, drift } = plan(desired, actual, confirmed)
      return {
        failed: found.failed.map(({ text }) => text),
        pending: found.pending.map(({ text }) => text),
        restarts: actions.flatMap((it) => (it.kind === "restart" ? [it.overlap] : [])),
        drift: drift.map(({ text }) => text)
      }
    }
    const waits = "waits for its new process, pid 77, to be ready"
    assert.deepEqual(look(null), {
      failed: [],
      pending: [waits],
      restarts: [true, true],
      drift: [`its restart (umask changed) ${waits}`]
    })
    // One of something else is no step of this update.
    const other = { failed: [], pending: [], restarts: [true, true, true], drift: [] }
    assert.deepEqual(look(null, "other"), other)
    const failed = look("BACKOFF: no file")
    assert.deepEqual(failed.failed, ["its new process failed: BACKOFF: no file"])
    assert.deepEqual(failed.restarts, [true, true, true])
  })
})

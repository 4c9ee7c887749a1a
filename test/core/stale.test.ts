import { assert, describe, it } from "vitest"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { movedSince } from "../../src/core/stale.ts"
import type { Actual, ActualInstance } from "../../src/domain/Actual.ts"
import { InstanceKey } from "../../src/domain/Instance.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { allRunning, declare, processOf, program, where } from "./planning/world.ts"

const before = declare(program({ name: "db" }), program({ name: "web" }))
const desired = declare(program({ name: "db" }), program({ name: "web", definition: { umask: 0 } }))
const actual = allRunning(before)
const { basis } = plan(desired, actual, unattended)
const moved = (now: Actual) =>
  movedSince(basis, new Map(now.instances.map((it) => [it.spec.key, it])))
const web = (change: Partial<ActualInstance>) => moved(where(actual, "web", change))
const spec = actual.instances[1]?.spec

describe("a saved plan", () => {
  it("is fresh while nothing moves", () => {
    assert.deepEqual(moved(actual), [])
  })

  it("stays fresh when only what it does not touch moves", () => {
    assert.deepEqual(moved(where(actual, "db", { state: "FATAL", process: null })), [])
  })

  it("is stale when what it touches has another process, state, definition or override", () => {
    if (spec === undefined) throw new Error("two instances")
    const override = {
      key: InstanceKey.make("web/web/0"),
      kind: "stopped",
      who: "ann",
      at: 1,
      ...noTerms
    } as const
    for (const change of [
      { process: processOf(spec, 77) },
      { state: "BACKOFF", process: null },
      { spec: { ...spec, revision: "other" } },
      { override }
    ] as const) {
      assert.deepEqual(web(change), ["web"])
    }
  })

  it("is stale when what it touches is gone, or what it adds exists already", () => {
    assert.deepEqual(moved({ ...actual, instances: actual.instances.slice(0, 1) }), ["web/web/0"])
    const adding = plan(before, allRunning(declare(program({ name: "db" }))), unattended).basis
    assert.deepEqual(movedSince(adding, new Map(actual.instances.map((it) => [it.spec.key, it]))), [
      "web"
    ])
  })

  it("takes a process that came up since for the same", () => {
    const starting = where(actual, "web", { state: "STARTING" })
    const { basis } = plan(desired, starting, unattended)
    assert.deepEqual(
      movedSince(basis, new Map(actual.instances.map((it) => [it.spec.key, it]))),
      []
    )
  })
})

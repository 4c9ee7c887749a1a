import { assert, describe, it } from "vitest"
import { type Cascade, type Course, cascadeOf } from "../../../src/core/dependency/cascade.ts"
import { programGraph } from "../../../src/core/dependency/programGraph.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { DependencyChecked } from "../../../src/domain/authoring/DependencySchema.ts"
import { noTerms } from "../../../src/domain/Terms.ts"
import { processOf, program, running } from "../planning/world.ts"
import { needs } from "./dependencyOf.ts"

/** The process of `web` has pid 50: those of lower pids are older. */
const pid = 50
const old = 40
const young = 60

const db = program({ name: "db", instances: 2 })
const [first, second] = db.instances
if (first === undefined || second === undefined) throw new Error("db has two instances")

const alive = (at: typeof first, with_: number, starts: number): ActualInstance => ({
  ...running(at, with_),
  starts
})

const down = (at: typeof first, starts: number): ActualInstance => ({
  ...running(at, old),
  state: "STOPPED",
  process: null,
  reason: { kind: "operator", who: "ann" },
  starts
})

interface World {
  readonly dependency: DependencyChecked
  readonly dbs: ReadonlyArray<ActualInstance>
  readonly web?: Partial<ActualInstance>
  readonly renewed?: boolean
}

const cascade = ({ dbs, dependency, renewed = false, web = {} }: World): Cascade | null => {
  const [spec] = program({
    name: "web",
    definition: { dependsOn: needs({ db: dependency }) }
  }).instances
  if (spec === undefined) throw new Error("web has an instance")
  const { nodes } = programGraph([spec, ...db.instances])
  const node = nodes.get("web/web")
  if (node === undefined) throw new Error("web is in the graph")
  const isRenewed: Course["isRenewed"] = ({ key }) => renewed && key === "db/db"
  const course = { isRenewed, isRenewedNow: isRenewed, instancesOf: () => dbs }
  return cascadeOf(node, { ...running(spec, pid), ...web }, course)
}

const restart: Cascade = { kind: "restart", on: "db" }
const stop: Cascade = { kind: "stop", on: "db" }
const rest: Cascade = { kind: "rest", on: "db" }
const older = [alive(first, old, 3), alive(second, old + 1, 1)]
const newer = [alive(first, old, 1), alive(second, young, 2)]
const lost = [alive(first, old, 1), down(second, 1)]

describe("what follows a dependency", () => {
  it("is nothing by default, whatever becomes of it", () => {
    for (const dbs of [older, newer, lost, []]) {
      for (const renewed of [false, true]) {
        assert.isNull(cascade({ dependency: "ready", dbs, renewed }))
      }
    }
  })

  it("is nothing while the dependency is as it was when the process began", () => {
    for (const onLoss of ["restart", "stop"] as const) {
      assert.isNull(cascade({ dependency: { onLoss }, dbs: older }))
    }
  })

  it("is a restart where an instance of the dependency has a newer process, having had one before", () => {
    assert.deepEqual(cascade({ dependency: { onLoss: "restart" }, dbs: newer }), restart)
    const fresh = [alive(first, old, 1), alive(second, young, 1)]
    assert.isNull(cascade({ dependency: { onLoss: "restart" }, dbs: fresh }))
  })

  it("is a restart once, as the process that comes of it is newer", () => {
    const [spec] = program({ name: "web" }).instances
    if (spec === undefined) throw new Error("web has an instance")
    const web = { process: processOf(spec, young + 1) }
    assert.isNull(cascade({ dependency: { onLoss: "restart" }, dbs: newer, web }))
  })

  it("is due while the new process comes up, and is none while there is none", () => {
    const starting = [
      alive(first, old, 1),
      { ...alive(second, young, 2), state: "STARTING" }
    ] as const
    assert.deepEqual(cascade({ dependency: { onLoss: "restart" }, dbs: starting }), restart)
    const completed = { onLoss: "restart", when: "completed" } as const
    assert.isNull(cascade({ dependency: completed, dbs: starting }))
    assert.isNull(cascade({ dependency: { onLoss: "restart" }, dbs: lost }))
  })

  it("is told of a process that has ended meanwhile too", () => {
    const status = { kind: "code", code: 0 } as const
    const ran: ActualInstance = {
      ...down(second, 2),
      state: "EXITED",
      reason: { kind: "exited", status, expected: true },
      lastStartTicks: young * 10
    }
    const dependency = { onLoss: "restart", when: "completed" } as const
    const jobs = [{ ...ran, lastStartTicks: old * 10 }, ran]
    assert.deepEqual(cascade({ dependency, dbs: jobs }), restart)
    assert.isNull(cascade({ dependency, dbs: [{ ...ran, lastStartTicks: null }] }))
  })

  it("is a stop where an instance of the dependency is lost, unless it never had a process", () => {
    assert.deepEqual(cascade({ dependency: { onLoss: "stop" }, dbs: lost }), stop)
    assert.isNull(
      cascade({ dependency: { onLoss: "stop" }, dbs: [alive(first, old, 1), down(second, 0)] })
    )
    assert.isNull(cascade({ dependency: { onLoss: "stop" }, dbs: [] }))
  })

  it("is no stop while the dependency is coming up, or is not ready any more", () => {
    const starting = [{ ...alive(first, young, 2), state: "STARTING" }] as const
    assert.isNull(cascade({ dependency: { onLoss: "stop" }, dbs: starting }))
  })

  it("is a stop where what has to have completed runs again", () => {
    const dependency = { onLoss: "stop", when: "completed" } as const
    assert.deepEqual(cascade({ dependency, dbs: [alive(first, young, 2)] }), stop)
  })

  it("comes by the plan that gives the dependency another process", () => {
    assert.deepEqual(
      cascade({ dependency: { onLoss: "restart" }, dbs: older, renewed: true }),
      restart
    )
    assert.deepEqual(cascade({ dependency: { onLoss: "stop" }, dbs: older, renewed: true }), rest)
  })

  it("is nothing for what has no process, or was stopped by hand", () => {
    const override = { key: first.key, kind: "stopped", who: "ann", at: 0, ...noTerms } as const
    for (const web of [
      { state: "EXITED", process: null },
      { state: "BACKOFF", process: null },
      { state: "STOPPING" },
      { override }
    ] as const) {
      assert.isNull(cascade({ dependency: { onLoss: "stop" }, dbs: lost, web }))
      assert.isNull(cascade({ dependency: { onLoss: "restart" }, dbs: newer, web }))
    }
    const started = { override: { ...override, kind: "started" as const } }
    assert.deepEqual(cascade({ dependency: { onLoss: "stop" }, dbs: lost, web: started }), stop)
  })

  it("is a stop where both are due", () => {
    const dependsOn = needs({ cache: { onLoss: "restart" }, db: { onLoss: "stop" } })
    const [spec] = program({ name: "web", definition: { dependsOn } }).instances
    const [cache] = program({ name: "cache" }).instances
    if (spec === undefined || cache === undefined) throw new Error("both have an instance")
    const node = programGraph([spec, cache, ...db.instances]).nodes.get("web/web")
    assert.deepEqual(
      node &&
        cascadeOf(node, running(spec, pid), {
          isRenewed: () => false,
          isRenewedNow: () => false,
          instancesOf: ({ key }) => (key === "db/db" ? lost : [alive(cache, young, 2)])
        }),
      stop
    )
  })
})

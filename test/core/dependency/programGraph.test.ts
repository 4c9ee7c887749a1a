import { assert, describe, it } from "vitest"
import { byPlace, placesOf } from "../../../src/core/dependency/places.ts"
import {
  circleOf,
  type ProgramGraph,
  programGraph
} from "../../../src/core/dependency/programGraph.ts"
import type { DependencyChecked } from "../../../src/domain/authoring/DependencySchema.ts"
import type { Program } from "../../../src/domain/Desired.ts"
import type { InstanceSpec } from "../../../src/domain/Instance.ts"
import { type ProgramParts, program } from "../planning/world.ts"
import { needs } from "./dependencyOf.ts"
import { manyPrograms } from "./manyPrograms.ts"

const one = (
  name: string,
  given: Readonly<Record<string, DependencyChecked>> = {},
  parts: Partial<ProgramParts> & { readonly priority?: number } = {}
): Program =>
  program({
    name,
    groupPriority: 999,
    ...parts,
    definition: { dependsOn: needs(given), priority: parts.priority ?? 999 }
  })

const graphOf = (...programs: ReadonlyArray<Program>): ProgramGraph =>
  programGraph(programs.flatMap(({ instances }) => instances))

const inOrder = ({ order }: ProgramGraph) => order.map(({ key }) => key.split("/")[1])

/** Waves of programs that may start side by side, first to start first. */
const waves = (...programs: ReadonlyArray<Program>): ReadonlyArray<string> => {
  const specs = programs.flatMap(({ instances }) => instances)
  const placeOf = placesOf(programGraph(specs))
  const rows: Array<Array<InstanceSpec>> = []
  for (const spec of specs.toSorted((a, b) => byPlace(placeOf(a), placeOf(b)))) {
    const row = rows.at(-1)
    const [last] = row ?? []
    if (row === undefined || last === undefined || byPlace(placeOf(last), placeOf(spec)) !== 0) {
      rows.push([spec])
    } else row.push(spec)
  }
  return rows.map((row) =>
    row
      .map(({ address }) => address)
      .sort()
      .join(" ")
  )
}

describe("the graph of programs", () => {
  it("has what is needed first, each program once, whatever the order they come in", () => {
    const programs = [
      one("gateway", { api: "ready" }),
      one("api", { db: "ready", migrate: "completed" }, { instances: 3 }),
      one("migrate", { db: "ready" }),
      one("db")
    ]
    const order = ["db", "migrate", "api", "gateway"]
    assert.deepEqual(inOrder(graphOf(...programs)), order)
    assert.deepEqual(inOrder(graphOf(...programs.toReversed())), order)
    assert.strictEqual(graphOf(...programs).nodes.get("api/api")?.specs.length, 3)
  })

  it("has all programs of a group for its name, and counts one that is named twice once", () => {
    const graph = graphOf(
      one("web", { store: "ready", db: "started", "store:db": "completed" }),
      one("db", {}, { group: "store" }),
      one("cache", {}, { group: "store" })
    )
    const web = graph.nodes.get("web/web")
    assert.deepEqual(
      web?.needs.map(({ name, to }) => [name, to.map(({ key }) => key)]),
      [
        ["store", ["store/db", "store/cache"]],
        ["db", ["store/db"]],
        ["store:db", ["store/db"]]
      ]
    )
    assert.deepEqual(inOrder(graph), ["db", "cache", "web"])
    assert.deepEqual([...(graph.nodes.get("store/db")?.neededBy ?? [])], [web])
  })

  it("has the needs of each instance, as those of one that runs may be of before", () => {
    const [old] = one("web", { db: "ready" }, { instances: 2 }).instances
    const [, next] = one("web", { db: "started", cache: "ready" }, { instances: 2 }).instances
    if (old === undefined || next === undefined) throw new Error("web has two instances")
    const others = [one("db"), one("cache")].flatMap(({ instances }) => instances)
    for (const specs of [
      [old, next],
      [next, old]
    ]) {
      const web = programGraph([...specs, ...others]).nodes.get("web/web")
      assert.sameMembers(
        (web?.needs ?? []).flatMap(({ to }) => to.map(({ key }) => key)),
        ["db/db", "cache/cache"]
      )
    }
  })

  it("has an edge that leads nowhere to what is not declared", () => {
    const graph = graphOf(one("web", { db: { optional: true } }))
    assert.deepEqual(graph.nodes.get("web/web")?.needs[0]?.to, [])
    assert.deepEqual(inOrder(graph), ["web"])
  })

  it("sorts 5,000 programs with 20,000 edges, touching each edge once", () => {
    const count = { edges: 0 }
    const programs = manyPrograms(5_000, [1, 2, 3, 4]).map((made) => ({
      ...made,
      instances: made.instances.map((spec) => {
        const dependsOn = new Proxy(spec.definition.dependsOn, {
          get: (target, name, self) => {
            count.edges++
            return Reflect.get(target, name, self)
          }
        })
        return { ...spec, definition: { ...spec.definition, dependsOn } }
      })
    }))
    const graph = graphOf(...programs.toReversed())
    assert.strictEqual(count.edges, 5_000 * 4 - 10)
    assert.deepEqual(
      inOrder(graph),
      programs.map(({ name }) => name)
    )
    const placeOf = placesOf(graph)
    assert.deepEqual(
      programs.map(({ instances: [spec] }) => spec && placeOf(spec).level),
      programs.map((_, at) => at)
    )
    assert.strictEqual(count.edges, 5_000 * 4 - 10)
    assert.deepEqual(circleOf(graph), [])
  })
})

describe("a circle", () => {
  const circle = (...programs: ReadonlyArray<Program>) =>
    circleOf(graphOf(...programs)).map(({ key }) => key.split("/")[1])

  it("is told from a program back to itself, in the direction of needs", () => {
    assert.deepEqual(
      circle(one("a", { b: "ready" }), one("b", { c: "ready" }), one("c", { a: "ready" })),
      ["a", "b", "c", "a"]
    )
  })

  it("has nothing in it that only leads to it, or that it leads to", () => {
    const programs = [
      one("far", { near: "ready" }),
      one("near", { x: "ready", base: "ready" }),
      one("x", { base: "ready", y: "ready" }),
      one("y", { x: "ready" }),
      one("base")
    ]
    assert.deepEqual(circle(...programs), ["x", "y", "x"])
    assert.deepEqual(inOrder(graphOf(...programs)), ["base"])
  })

  it("is no program that needs itself, nor hidden by one", () => {
    const self = one("self", { self: "ready" })
    assert.deepEqual(circle(self), [])
    assert.deepEqual(inOrder(graphOf(self, one("user", { self: "ready" }))), ["self", "user"])
    const both = [one("a", { a: "ready", b: "ready" }), one("b", { a: "ready" })]
    assert.deepEqual(circle(self, ...both), ["a", "b", "a"])
  })

  it("of 5,000 programs is found whole", () => {
    const many = manyPrograms(5_000, [1])
    const [first] = many[0]?.instances ?? []
    const closed = { ...first?.definition, dependsOn: needs({ p4999: "ready" }) }
    const all = many.flatMap(({ instances }) => instances)
    const path = circleOf(
      programGraph(
        all.map((spec) =>
          spec === first ? { ...spec, definition: { ...spec.definition, ...closed } } : spec
        )
      )
    )
    assert.strictEqual(path.length, 5_001)
    assert.strictEqual(path[0], path[5_000])
  })
})

describe("places", () => {
  it("are those of the priorities where nothing is needed", () => {
    assert.deepEqual(
      waves(
        one("d", {}, { priority: 1, groupPriority: 20 }),
        one("c", {}, { priority: 5, groupPriority: 10 }),
        one("b", {}, { priority: 5, groupPriority: 10 }),
        one("a", {}, { priority: 1, groupPriority: 10 })
      ),
      ["a", "b c", "d"]
    )
  })

  it("put what needs something behind it, however low its own numbers are", () => {
    assert.deepEqual(
      waves(
        one("web", { db: "ready" }, { priority: 1, groupPriority: 1 }),
        one("db", {}, { priority: 50, groupPriority: 50 }),
        one("between", {}, { priority: 10, groupPriority: 10 })
      ),
      ["between", "db", "web"]
    )
  })

  it("keep a higher number of its own", () => {
    assert.deepEqual(
      waves(
        one("web", { db: "ready" }, { priority: 100, instances: 2 }),
        one("db", {}, { priority: 5 }),
        one("cron", { db: "started" }, { priority: 5 }),
        one("last", {}, { priority: 50 })
      ),
      ["db", "cron", "last", "web:0 web:1"]
    )
  })

  it("have levels by the longest way", () => {
    assert.deepEqual(
      waves(
        one("gateway", { api: "ready", db: "ready" }),
        one("api", { migrate: "completed", db: "ready" }),
        one("migrate", { db: "ready" }),
        one("db"),
        one("side", { db: "ready" }),
        one("alone")
      ),
      ["alone db", "migrate side", "api", "gateway"]
    )
  })

  it("follow the instance of what is needed that starts last", () => {
    const [low, high] = [one("db", {}, { priority: 1 }), one("db", {}, { priority: 70 })]
    const instances = [low, high].flatMap((made, index) =>
      made.instances.map((spec) => ({ ...spec, index, address: spec.address }))
    )
    const web = one("web", { db: "ready" }, { priority: 1 })
    const placeOf = placesOf(programGraph([...instances, ...web.instances]))
    const [spec] = web.instances
    assert.deepEqual(spec && placeOf(spec), { groupPriority: 999, priority: 70, level: 1 })
  })

  it("know instances of a program that the graph does not have, and take others by their priorities", () => {
    const web = one("web", { db: "ready" }, { priority: 1 })
    const more = one("web", { db: "ready" }, { priority: 1, instances: 3 })
    const db = one("db", {}, { priority: 9 })
    const placeOf = placesOf(graphOf(web, db))
    for (const spec of more.instances) {
      assert.deepEqual(placeOf(spec), { groupPriority: 999, priority: 9, level: 1 })
    }
    const [other] = one("other", { db: "ready" }, { priority: 1 }).instances
    assert.deepEqual(other && placeOf(other), { groupPriority: 999, priority: 1, level: 0 })
  })
})

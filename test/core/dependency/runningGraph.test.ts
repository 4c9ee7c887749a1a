import { assert, describe, it } from "vitest"
import { placesOf } from "../../../src/core/dependency/places.ts"
import { runningGraph } from "../../../src/core/dependency/runningGraph.ts"
import { type ProgramParts, program } from "../planning/world.ts"
import { needs } from "./dependencyOf.ts"

const of = (parts: ProgramParts) => program(parts).instances

describe("the graph of what runs", () => {
  it("knows a renamed program by the name that what waits for a restart still has of it", () => {
    const web = of({
      name: "web",
      groupPriority: 5,
      definition: { dependsOn: needs({ db: "ready" }) }
    })
    const renamed = of({ name: "data", groupPriority: 999, renamedFrom: "db" })
    const { nodes } = runningGraph([...web, ...renamed])
    assert.deepEqual(
      nodes.get("web/web")?.needs.map(({ name, to }) => [name, to.map(({ key }) => key)]),
      [["db", ["data/data"]]]
    )
    const placeOf = placesOf(runningGraph([...web, ...renamed]))
    assert.deepEqual(
      web.map((spec) => placeOf(spec).groupPriority),
      [999]
    )
  })

  it("leaves a name to the program that has it now", () => {
    const web = of({ name: "web", definition: { dependsOn: needs({ db: "ready" }) } })
    const all = [...web, ...of({ name: "data", renamedFrom: "db" }), ...of({ name: "db" })]
    const [edge] = runningGraph(all).nodes.get("web/web")?.needs ?? []
    assert.deepEqual(
      edge?.to.map(({ key }) => key),
      ["db/db"]
    )
  })
})

import { assert, describe, it } from "vitest"
import { namedPrograms } from "../../../src/core/dependency/namedPrograms.ts"
import { program } from "../planning/world.ts"

describe("a typed name", () => {
  const named = namedPrograms([
    program({ name: "web", group: "shop", instances: 2 }),
    program({ name: "job", group: "shop" }),
    program({ name: "job", group: "night" }),
    program({ name: "idle", instances: 0 }),
    program({ name: "api", instances: 2 })
  ])

  it("means a program by its address or its name, all programs of a group, or the program of an instance", () => {
    for (const name of ["web", "shop:web"]) {
      assert.deepEqual(named(name), { kind: "found", labels: ["shop:web"] }, name)
    }
    assert.deepEqual(named("api:1"), { kind: "found", labels: ["api"] })
    assert.deepEqual(named("shop"), { kind: "found", labels: ["shop:job", "shop:web"] })
    assert.deepEqual(named("idle"), { kind: "found", labels: ["idle"] })
  })

  it("is not guessed where several programs have it, or none", () => {
    assert.deepEqual(named("job"), { kind: "ambiguous", labels: ["night:job", "shop:job"] })
    assert.deepEqual(named("shp:web"), { kind: "unknown", near: ["shop:web"] })
    assert.deepEqual(named("zzzzzzzzz"), { kind: "unknown", near: [] })
  })
})

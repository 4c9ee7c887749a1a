import { assert, describe, it } from "vitest"
import { resolveTargets } from "../../src/reconcile/resolveTargets.ts"
import { program } from "./planning/world.ts"

const specs = [
  program({ name: "web" }),
  program({ name: "api", instances: 2 }),
  program({ name: "db", group: "data" }),
  program({ name: "cache", group: "data" }),
  program({ name: "__proto__" })
].flatMap(({ instances }) => instances)

const keys = (...targets: ReadonlyArray<string>) => {
  const found = resolveTargets(targets, specs)
  return found.kind === "found" ? found.keys.map(String) : found
}

describe("targets", () => {
  it.each([
    [["web"], ["web/web/0"]],
    [["api:1"], ["api/api/1"]],
    [["api"], ["api/api/0", "api/api/1"]],
    [["data:db"], ["data/db/0"]],
    [["db"], ["data/db/0"]],
    [["data"], ["data/db/0", "data/cache/0"]],
    [["data:*"], ["data/db/0", "data/cache/0"]],
    [["__proto__"], ["__proto__/__proto__/0"]],
    [["web", "web:*", "web"], ["web/web/0"]],
    [["all"], specs.map(({ key }) => key)]
  ])("%j are %j", (targets, expected) => {
    assert.deepEqual(keys(...targets), expected)
  })

  it("call instances by their own names, or only with others", () => {
    const named = (...targets: ReadonlyArray<string>) => {
      const found = resolveTargets(targets, specs)
      return found.kind === "found" ? [...found.named].map(String) : found
    }
    assert.deepEqual(named("web", "db"), ["web/web/0", "data/db/0"])
    assert.deepEqual(named("all", "data", "data:*", "data:"), [])
    assert.deepEqual(named("data", "data:db", "api:1"), ["data/db/0", "api/api/1"])
  })

  it("are refused as a whole for one unknown name, with near ones", () => {
    assert.deepEqual(keys("web", "apj"), { kind: "unknown", name: "apj", suggestions: ["api"] })
    assert.deepEqual(keys("constructor"), { kind: "unknown", name: "constructor", suggestions: [] })
  })
})

import { assert, describe, it } from "vitest"
import { isOutdated } from "../../src/core/isOutdated.ts"
import { definition, program, running } from "./planning/world.ts"

const specOf = (changes: Partial<typeof definition>) => {
  const [spec] = program({ name: "web", definition: changes }).instances
  if (spec === undefined) throw new Error("a program has an instance")
  return spec
}

describe("isOutdated", () => {
  const actual = running(specOf({}), 41)
  const started = specOf({})

  it("is true for what only a start takes up", () => {
    assert.isTrue(isOutdated({ ...actual, started, spec: specOf({ umask: 0 }) }))
  })

  it("is false for live changes, for no change, and where nothing runs", () => {
    const live = specOf({ stop: { ...definition.stop, timeoutMs: 1 } })
    assert.isFalse(isOutdated({ ...actual, started, spec: live }))
    assert.isFalse(isOutdated({ ...actual, started }))
    const other = specOf({ umask: 0 })
    assert.isFalse(isOutdated({ ...actual, started, spec: other, process: null }))
  })
})

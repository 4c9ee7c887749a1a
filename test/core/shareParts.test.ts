import { assert, describe, it } from "@effect/vitest"
import { shareParts } from "../../src/core/shareParts.ts"
import type { Program } from "../../src/domain/Desired.ts"
import { program } from "./planning/world.ts"

const copyOf = (one: Program): Program => structuredClone(one)

describe("shared parts", () => {
  const programs = [program({ name: "a" }), program({ name: "b" })].map(copyOf)
  const shared = shareParts(programs.map(copyOf))
  const definitions = shared.flatMap(({ instances }) => instances.map((one) => one.definition))

  it("mean what they meant, with their fields in the order of the schema", () => {
    assert.deepStrictEqual(shared, programs)
    assert.deepStrictEqual(shareParts(shared), shared)
    assert.strictEqual(JSON.stringify(shareParts(shared)), JSON.stringify(shared))
  })

  it("are one object where they are equal, and cannot be changed", () => {
    const [first, second] = definitions
    assert.isDefined(first)
    assert.strictEqual(first?.limits, second?.limits)
    assert.strictEqual(first?.restart, second?.restart)
    assert.strictEqual(first?.logs.stdout, second?.logs.stdout)
    assert.isTrue(Object.isFrozen(first?.restart.backoff))
  })

  it("are apart where they differ, were it in the order of their fields", () => {
    const given = (environment: Record<string, string>) =>
      program({ name: "c", definition: { environment } })
    const [one, other] = shareParts([given({ A: "1", B: "2" }), given({ B: "2", A: "1" })])
    const namesOf = (of: Program | undefined) =>
      Object.keys(of?.instances[0]?.definition.environment ?? {})
    assert.deepStrictEqual(namesOf(one), ["A", "B"])
    assert.deepStrictEqual(namesOf(other), ["B", "A"])
  })
})

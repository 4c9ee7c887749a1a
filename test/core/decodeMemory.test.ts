import { assert, describe, it } from "vitest"
import type { Decoded } from "../../src/config/Decoded.ts"
import { DecodeMemory } from "../../src/config/DecodeMemory.ts"
import { decode } from "../../src/config/decode.ts"
import type { ScaleOverride } from "../../src/domain/Actual.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { evaluated, group, program, said } from "./evaluated.ts"

type Objects = Parameters<typeof evaluated>[0]

/** Loads one after the other; those with errors are not kept. */
const loads = () => {
  const memory = new DecodeMemory()
  return (objects: Objects, scales: ReadonlyArray<ScaleOverride> = []): Decoded => {
    const decoded = decode(evaluated(objects), { scales, memory })
    if (!decoded.issues.some(({ severity }) => severity === "error")) memory.keep()
    return decoded
  }
}

const web = program({ name: "web", command: ["web"] })
const worker = (log: string) =>
  program({ name: "worker", command: ["worker", log], instances: 2, envFile: [`${log}.env`] })
const wrong = program({ name: "wrong", command: ["wrong"], stop: { timeout: 10 } })

describe("decoding with a memory", () => {
  it("gives the same object for what is as it was, and a new one for what changed", () => {
    const load = loads()
    const first = load([web, worker("a")])
    const second = load([structuredClone(web), worker("b")])
    assert.strictEqual(second.programs[0], first.programs[0])
    assert.notStrictEqual(second.programs[1], first.programs[1])
    assert.deepStrictEqual(second, decode(evaluated([web, worker("b")])))
  })

  it("says the same, and names the same files, however often it has seen an object", () => {
    const objects = [web, worker("a"), wrong, web, program({ name: "x", command: "x", umask: 1 })]
    const fresh = decode(evaluated(objects))
    const load = loads()
    load([worker("a"), web])
    assert.deepStrictEqual(load(objects), fresh)
    assert.deepStrictEqual(load(objects), fresh)
    assert.isAbove(said(fresh).length, 2)
    assert.deepStrictEqual(fresh.inputs, ["/etc/reeve/programs/a.env"])
  })

  it("puts what it said before at the object's new place", () => {
    const load = loads()
    load([wrong])
    assert.deepStrictEqual(
      load([web, wrong]).issues.map(({ object }) => object),
      [1]
    )
  })

  it("sees a group that a program joins or leaves, and one whose priority changes", () => {
    const load = loads()
    const groupOf = (priority: number) => group({ name: "site", programs: ["web"], priority })
    const seen = [[web], [web, groupOf(5)], [web, groupOf(6)], [web]].map((objects) => {
      const spec = load(objects).programs[0]?.instances[0]
      return `${spec?.address} ${spec?.groupPriority}`
    })
    assert.deepStrictEqual(seen, ["web 999", "site:web 5", "site:web 6", "web 999"])
  })

  it("sees a number of instances set by hand, and its release", () => {
    const load = loads()
    const scale: ScaleOverride = {
      group: "worker",
      program: "worker",
      instances: 3,
      who: "",
      at: 0,
      ...noTerms
    }
    const counts = [[], [scale], []].map(
      (scales) => load([worker("a")], scales).programs[0]?.instances.length
    )
    assert.deepStrictEqual(counts, [2, 3, 2])
  })

  it("sees a definition that moved to another line or file", () => {
    const load = loads()
    load([web])
    const moved = { ...web, source: { file: "/srv/other.ts", line: 7, column: 3 } }
    assert.deepStrictEqual(load([moved]), decode(evaluated([moved])))
  })

  it("still knows the last good load after one with errors", () => {
    const load = loads()
    const first = load([web])
    load([wrong])
    assert.strictEqual(load([web]).programs[0], first.programs[0])
  })

  it("forgets what the last good load no longer had", () => {
    const load = loads()
    const first = load([web])
    load([worker("a")])
    assert.notStrictEqual(load([web]).programs[0], first.programs[0])
  })
})

import { assert, describe, it } from "vitest"
import { memoryBound, overSince, tooMuch } from "../../src/core/memoryUse.ts"
import { definitionOf } from "./specOf.ts"

const MB = 1024 ** 2
const limits = { ...definitionOf().limits, memory: 512 * MB, memoryGraceMs: 10_000 }
const bound = memoryBound(limits, false)
const one = (bytes: number) => ({ bytes, processes: 1 })

describe("the memory of a process", () => {
  it("is over its limit from the first look that found it there until one that did not", () => {
    const looks: ReadonlyArray<readonly [at: number, bytes: number]> = [
      [0, 500 * MB],
      [2_000, 512 * MB],
      [4_000, 512 * MB + 1],
      [6_000, 600 * MB],
      [8_000, 512 * MB],
      [10_000, 513 * MB]
    ]
    let since: number | null = null
    const seen = looks.map(([at, bytes]) => {
      since = overSince(since, one(bytes), bound, at)
      return since
    })
    assert.deepEqual(seen, [null, null, 4_000, 4_000, null, 10_000])
  })

  it("is too much when that has lasted for its grace", () => {
    const text = "used more than limits.memory (512MB) for 10s: 530.1MB"
    assert.isNull(tooMuch(1_000, one(530 * MB + 1), bound, 10_999))
    assert.equal(tooMuch(1_000, one(530 * MB + 1), bound, 11_000), text)
    assert.equal(
      tooMuch(1_000, { bytes: 530 * MB + 1, processes: 3 }, bound, 11_000),
      `${text} in 3 processes`
    )
  })

  it("is too much at once where there is no grace", () => {
    const none = memoryBound({ ...limits, memoryGraceMs: 0 }, false)
    const since = overSince(null, one(513 * MB), none, 5)
    assert.equal(
      tooMuch(since, one(513 * MB), none, 5),
      "used more than limits.memory (512MB): 513MB"
    )
  })

  it("is never too much without a limit, nor under one that was raised", () => {
    const unlimited = memoryBound({ ...limits, memory: null }, false)
    const raised = memoryBound({ ...limits, memory: 530 * MB }, false)
    assert.isNull(overSince(1_000, one(530 * MB), unlimited, 90_000))
    assert.isNull(tooMuch(1_000, one(530 * MB), unlimited, 90_000))
    assert.isNull(overSince(1_000, one(530 * MB), raised, 90_000))
  })

  it("is looked after under memoryMax where the kernel does not hold that, and always under memory", () => {
    const most = { ...limits, memory: null, memoryMax: 600 * MB }
    assert.isNull(memoryBound(most, true))
    const own = memoryBound(most, false)
    assert.deepEqual(own, { field: "memoryMax", bytes: 600 * MB, graceMs: 10_000 })
    assert.equal(
      tooMuch(0, one(700 * MB), own, 10_000),
      "used more than limits.memoryMax (600MB) for 10s: 700MB"
    )
    const both = { ...limits, memoryMax: 600 * MB }
    assert.deepEqual(memoryBound(both, true), bound)
    assert.deepEqual(memoryBound(both, false), bound)
  })
})

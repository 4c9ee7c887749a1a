import { assert, describe, it } from "vitest"
import { lifetimeMs } from "../../src/core/lifetimeMs.ts"
import { specOf } from "./specOf.ts"

const { restart } = specOf({ name: "x" }).definition
const day = 24 * 3_600_000
const ids = Array.from({ length: 1_000 }, (_, at) => `mk3f0a12b-${at.toString(36)}`)
const of = (lifetimeVariance: number) =>
  ids.map((id) => lifetimeMs({ ...restart, maxLifetimeMs: day, lifetimeVariance }, id) ?? 0)

describe("the lifetime of a process", () => {
  it("has no end where none is declared", () => {
    assert.isNull(lifetimeMs(restart, "a"))
  })

  it("is maxLifetime to the millisecond where nothing varies", () => {
    assert.deepEqual([...new Set(of(0))], [day])
  })

  it("is never longer, never shorter than the variance allows, and spread evenly between", () => {
    const lifetimes = of(0.2)
    assert.isAtMost(Math.max(...lifetimes), day)
    assert.isAtLeast(Math.min(...lifetimes), 0.8 * day)
    const tenths = lifetimes.map((one) => Math.min(9, Math.floor((1 - one / day) * 50)))
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = tenths.filter((one) => one === tenth).length
      assert.isAbove(share, 60, `tenth ${tenth}`)
      assert.isBelow(share, 140, `tenth ${tenth}`)
    }
  })

  it("is the same each time that it is asked for", () => {
    assert.deepEqual(of(0.5), of(0.5))
  })
})

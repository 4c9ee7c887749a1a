import { assert, describe, it } from "vitest"
import { exponentOf, growthTable, type Size } from "../../../bench/report/growth.ts"

const size = (programs: number, start: number, plan: number): Size => ({
  programs,
  values: { start, plan }
})

/** A start that grows with the square, and a plan that begins to grow late. */
const sizes = [
  size(10, 1, 50),
  size(100, 100, 50),
  size(1_000, 10_000, 500),
  size(10_000, 1e6, 5_000)
]

describe("growth in the bench", () => {
  it("is the exponent over the three largest sizes, in whatever order they come", () => {
    assert.approximately(exponentOf(sizes, "start"), 2, 1e-9)
    assert.approximately(exponentOf(sizes, "plan"), 1, 1e-9)
    assert.approximately(exponentOf([...sizes].reverse(), "plan"), 1, 1e-9)
    assert.isNaN(exponentOf(sizes.slice(0, 1), "plan"))
    assert.isNaN(exponentOf(sizes, "status"))
  })

  it("is printed beside the figures, and named where it is faster than linear", () => {
    assert.equal(
      growthTable(["start", "plan"], sizes),
      `programs  10  100   1,000     10,000                 exponent
start      1  100  10,000  1,000,000  2.00 faster than linear
plan      50   50     500      5,000                     1.00`
    )
  })
})

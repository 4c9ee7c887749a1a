import { assert, describe, it } from "vitest"
import {
  growthExponent,
  least,
  median,
  most,
  percentile
} from "../../../bench/harness/statistics.ts"

describe("statistics of the bench", () => {
  it("takes the middle of an odd number of values and the mean of the middle two of an even one", () => {
    assert.equal(median([9, 1, 10]), 9)
    assert.equal(median([4, 1, 2, 10]), 3)
    assert.equal(median([7]), 7)
  })

  it("compares as numbers and leaves what it is given as it is", () => {
    const values = [10, 9, 100]
    assert.equal(least(values), 9)
    assert.equal(most(values), 100)
    assert.deepEqual(values, [10, 9, 100])
  })

  it("names by percentile a value that was measured", () => {
    const hundred = Array.from({ length: 100 }, (_, at) => at + 1)
    assert.equal(percentile(hundred, 0.5), 50)
    assert.equal(percentile(hundred, 0.99), 99)
    assert.equal(percentile(hundred, 1), 100)
    assert.equal(percentile(hundred, 0), 1)
    assert.equal(percentile([3, 8], 0.99), 8)
  })

  it("says nothing of no values", () => {
    assert.deepEqual([median([]), least([]), most([]), percentile([], 0.5)].map(Number.isNaN), [
      true,
      true,
      true,
      true
    ])
  })

  it("finds the exponent of growth", () => {
    const points = (exponent: number) =>
      [100, 1_000, 5_000].map((x) => [x, 3 * x ** exponent] as const)
    for (const exponent of [0, 0.5, 1, 2]) {
      assert.approximately(growthExponent(points(exponent)), exponent, 1e-9)
    }
  })
})

import { describe, expect, it } from "vitest"
import { gatherRest, LONGEST_REST_MS } from "../../src/core/gatherRest.ts"

const restsOf = (gathered: ReadonlyArray<number>): ReadonlyArray<number> => {
  let last = 0
  return gathered.map((one) => {
    last = gatherRest(last, one)
    return last
  })
}

describe("the rest of the log plane", () => {
  it("is a millisecond after the first output, and doubles up to its longest while pipes stay nearly empty", () => {
    expect(restsOf(Array.from({ length: 7 }, () => 0.001))).toEqual([1, 2, 4, 8, 16, 25, 25])
    expect(LONGEST_REST_MS).toBe(25)
  })

  it("is left out where as much came as is to gather, and begins anew after that", () => {
    expect(restsOf([0.001, 0.001, 1, 0.001])).toEqual([1, 2, 0, 1])
  })

  it("settles where the pipe holds what is to gather in it", () => {
    // A rate at which one and a half of it come in ten milliseconds.
    let last = 0
    for (let round = 0; round < 50; round++) last = gatherRest(last, Math.min(0.99, last * 0.15))
    expect(last).toBeGreaterThan(6)
    expect(last).toBeLessThan(14)
  })

  it("stays within its bounds whatever came", () => {
    for (const last of [0, 1, 3, LONGEST_REST_MS])
      for (const gathered of [0, 1e-9, 0.3, 0.999]) {
        const rest = gatherRest(last, gathered)
        expect(rest).toBeGreaterThanOrEqual(1)
        expect(rest).toBeLessThanOrEqual(LONGEST_REST_MS)
      }
  })
})

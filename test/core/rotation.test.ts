import { describe, expect, it } from "vitest"
import { moveLimit, rotationDue, rotationRenames } from "../../src/core/rotation.ts"

describe("rotation", () => {
  it("shifts backups from the oldest on, and overwrites the last", () => {
    expect(rotationRenames("f", 3, () => true)).toEqual([
      { from: "f.2", to: "f.3" },
      { from: "f.1", to: "f.2" },
      { from: "f", to: "f.1" }
    ])
    expect(rotationRenames("f", 1, () => true)).toEqual([{ from: "f", to: "f.1" }])
  })

  it("renames nothing without backups", () => {
    expect(rotationRenames("f", 0, () => true)).toEqual([])
  })

  it.each([
    [99, 100, false],
    [100, 100, true],
    [108, 100, true],
    [0, 0, false],
    [1e12, 0, false]
  ])("at position %i with limit %i is due: %s", (position, maxBytes, due) => {
    expect(rotationDue(position, maxBytes)).toBe(due)
  })

  it.each([
    [0, 0, 1_048_576],
    [0, 100, 131_072],
    [52_000_000, 52_428_800, 428_800],
    [52_400_000, 52_428_800, 131_072],
    [0, 52_428_800, 1_048_576]
  ])("at position %i with limit %i one move takes at most %i", (position, maxBytes, limit) => {
    expect(moveLimit(position, maxBytes)).toBe(limit)
  })

  it("never lets a file exceed its limit by more than 128 KiB", () => {
    for (let position = 0; position < 1_000_000; position += 4_999)
      expect(position + moveLimit(position, 1_000_000)).toBeLessThanOrEqual(1_000_000 + 131_072)
  })
})

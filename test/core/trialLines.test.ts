/** The check of the great trial finds each fault that is planted in a log. */
import { assert, describe, it } from "vitest"
import { LineCheck, lineOf } from "../trial/LineCheck.ts"

const bytes = 64

const line = (number: number, life = 1): string => lineOf("O", "web", life, number, bytes)

const numbers = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)

const block = (from: number, to: number, life = 1): string =>
  numbers(from, to)
    .map((number) => line(number, life))
    .join("")

/** Given in pieces of this size. */
const check = (text: string, pieceBytes = 1000) => {
  const checked = new LineCheck("O", "web", bytes)
  let rest = Buffer.alloc(0)
  for (let at = 0; at < text.length; at += pieceBytes) {
    const piece = Buffer.concat([rest, Buffer.from(text.slice(at, at + pieceBytes), "latin1")])
    rest = Buffer.from(piece.subarray(checked.consume(piece)))
  }
  return checked.finish(rest)
}

const clean = { missing: 0, doubled: 0, outOfOrder: 0 }

describe("the check of numbered lines", () => {
  it("finds nothing wrong in whole lives, however they are cut into pieces", () => {
    for (const pieceBytes of [1, 7, 63, 64, 65, 1000, 1_000_000]) {
      const seen = check(block(1, 50) + block(1, 30, 2), pieceBytes)
      assert.deepEqual(seen.lives, [
        { life: 1, last: 50, ...clean },
        { life: 2, last: 30, ...clean }
      ])
      assert.deepInclude(seen, { lines: 80, torn: 0, tornText: null, remarks: [] })
    }
  })

  it("finds a line that is dropped", () => {
    const seen = check(block(1, 20) + block(22, 50))
    assert.deepEqual(seen.lives, [{ life: 1, last: 50, ...clean, missing: 1 }])
  })

  it("finds the first lines dropped, and a whole file of lines", () => {
    const seen = check(block(3, 1000) + block(2001, 3000))
    assert.deepEqual(seen.lives, [{ life: 1, last: 3000, ...clean, missing: 1002 }])
  })

  it("finds a line that is doubled, and a file that is read twice", () => {
    const seen = check(block(1, 20) + line(20) + block(21, 30) + block(11, 30))
    assert.deepEqual(seen.lives, [{ life: 1, last: 30, ...clean, doubled: 21 }])
  })

  it("finds two lines that are swapped", () => {
    const seen = check(block(1, 20) + line(22) + line(21) + block(23, 50))
    assert.deepEqual(seen.lives, [{ life: 1, last: 50, ...clean, outOfOrder: 1 }])
  })

  it("finds a line that comes late, and takes a second one for doubled", () => {
    const seen = check(block(1, 9) + block(13, 20) + line(11) + line(11) + block(21, 30))
    const expected = { missing: 2, doubled: 1, outOfOrder: 1 }
    assert.deepEqual(seen.lives, [{ life: 1, last: 30, ...expected }])
  })

  it("finds lines of a life that come after those of the next", () => {
    const seen = check(block(1, 9) + block(1, 5, 2) + block(10, 12) + block(6, 9, 2))
    assert.deepEqual(seen.lives, [
      { life: 1, last: 12, ...clean, outOfOrder: 3 },
      { life: 2, last: 9, ...clean }
    ])
  })

  it("finds a line that is torn, and what it lacks", () => {
    const seen = check(block(1, 9) + line(10).slice(0, 30) + block(11, 20))
    assert.strictEqual(seen.torn, 1)
    // The line behind it has no beginning of its own.
    assert.deepEqual(seen.lives, [{ life: 1, last: 20, ...clean, missing: 2 }])
    assert.strictEqual(check(block(1, 9) + line(10).slice(0, 30)).torn, 1)
  })

  it("finds bytes that are changed, and a line of another stream or program", () => {
    const changed = [
      line(10).replace("c", "C"),
      line(10).replace("O", "E"),
      line(10).replace("web", "wab"),
      line(10).replace("0", "\0"),
      lineOf("O", "web", 1, 10, bytes + 1)
    ]
    for (const text of changed) {
      const seen = check(block(1, 9) + text + block(11, 20))
      assert.strictEqual(seen.torn, 1, text)
      assert.deepEqual(seen.lives, [{ life: 1, last: 20, ...clean, missing: 1 }], text)
    }
  })

  it("keeps reeve's own remarks apart", () => {
    const seen = check(`${block(1, 9)}reeve: something was lost\n${block(10, 20)}`)
    assert.deepEqual(seen.remarks, ["reeve: something was lost"])
    assert.deepEqual(seen.lives, [{ life: 1, last: 20, ...clean }])
  })

  it("does not keep what has no line end in memory", () => {
    const checked = new LineCheck("O", "web", bytes)
    assert.strictEqual(checked.consume(Buffer.alloc(65_536)), 65_536)
    assert.strictEqual(checked.finish(Buffer.alloc(0)).torn, 1)
  })
})

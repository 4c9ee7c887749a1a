import { assert, describe, it } from "vitest"
import { ByteRing } from "../../src/core/ByteRing.ts"
import { type CapturePiece, makeCaptureMode } from "../../src/core/captureMode.ts"

const BEGIN = "<!--XSUPERVISOR:BEGIN-->"
const END = "<!--XSUPERVISOR:END-->"
const MUCH = 1_000_000

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1")
const text = (piece: Uint8Array): string => Buffer.from(piece).toString("latin1")

/** As one reads it: what is for the log, what was captured, what became of it. Adjacent pieces of a kind are one. */
const told = (pieces: ReadonlyArray<CapturePiece>): ReadonlyArray<readonly [string, string]> => {
  const list: Array<readonly [string, string]> = []
  for (const piece of pieces) {
    const last = list.at(-1)
    if (last?.[0] === piece.kind && piece.kind !== "communication")
      list[list.length - 1] = [piece.kind, last[1] + text(piece.bytes)]
    else list.push([piece.kind, text(piece.bytes)])
  }
  return list
}

const run = (chunks: ReadonlyArray<string>, maxBytes = MUCH, stripAnsi = false) => {
  const capture = makeCaptureMode({ maxBytes, stripAnsi })
  const pieces = chunks.flatMap((chunk) => {
    // The same memory again and again, as in the worker.
    const buffer = bytes(chunk)
    const copies = capture
      .push(buffer)
      .map((piece) => ({ ...piece, bytes: new Uint8Array(piece.bytes) }))
    buffer.fill(0x21)
    return copies
  })
  return told([...pieces, ...capture.end()])
}

describe("capture mode", () => {
  it("takes out what stands between the tokens", () => {
    assert.deepStrictEqual(run([`before${BEGIN}inside${END}after`]), [
      ["log", "before"],
      ["captured", "inside"],
      ["communication", "inside"],
      ["log", "after"]
    ])
  })

  it("reports an empty capture", () => {
    assert.deepStrictEqual(run([`${BEGIN}${END}`]), [["communication", ""]])
  })

  it("gives a short line at once, and holds back only what may become a token", () => {
    const capture = makeCaptureMode({ maxBytes: 100, stripAnsi: false })
    assert.deepStrictEqual(told(capture.push(bytes("hi\n"))), [["log", "hi\n"]])
    assert.deepStrictEqual(told(capture.push(bytes("5 <!-"))), [["log", "5 "]])
    assert.deepStrictEqual(told(capture.push(bytes("- no\n"))), [["log", "<!-- no\n"]])
    assert.deepStrictEqual(told(capture.push(bytes("<!--X"))), [])
    assert.deepStrictEqual(told(capture.end()), [["log", "<!--X"]])
  })

  it("drops a capture without its second token, and its text is output all the same", () => {
    assert.deepStrictEqual(run([`a${BEGIN}lost<!--`]), [
      ["log", "a"],
      ["captured", "lost<!--"]
    ])
  })

  it("above the limit the oldest bytes go; one piece alone is kept whole", () => {
    assert.deepStrictEqual(run([BEGIN, "a".repeat(25), END], 20).at(-1), [
      "communication",
      "a".repeat(25)
    ])
    assert.deepStrictEqual(run([BEGIN, "0123456789", "abcdefghij", "XYZ", END], 20).at(-1), [
      "communication",
      "3456789abcdefghijXYZ"
    ])
  })

  it("a second BEGIN inside, and an END outside, are text", () => {
    assert.deepStrictEqual(run([`${END}x${BEGIN}a${BEGIN}b${END}`]), [
      ["log", `${END}x`],
      ["captured", `a${BEGIN}b`],
      ["communication", `a${BEGIN}b`]
    ])
  })

  it("removes sequences in the log and in what is captured", () => {
    assert.deepStrictEqual(run([`\x1b[31mred${BEGIN}\x1b[1mbold${END}\x1b[0m.`], MUCH, true), [
      ["log", "red"],
      ["captured", "bold"],
      ["communication", "bold"],
      ["log", "."]
    ])
  })

  it("forgets at a clear what it kept, and goes on capturing", () => {
    const capture = makeCaptureMode({ maxBytes: 100, stripAnsi: false })
    capture.push(bytes(`${BEGIN}old`))
    capture.clear()
    assert.deepStrictEqual(told(capture.push(bytes(`new${END}`))).at(-1), ["communication", "new"])
  })

  it("gives the same however the output is cut", () => {
    const next = random(7)
    const words = [
      BEGIN,
      END,
      "<",
      "<!--",
      "<!--XSUPERVISOR:",
      "\n",
      "\x1b[1m",
      "\x1b",
      "text",
      "é"
    ]
    for (let round = 0; round < 5000; round++) {
      const whole = Array.from({ length: next(20) }, () => words[next(words.length)] ?? "").join("")
      const most = 1 + next(30)
      const chunks: Array<string> = []
      for (let at = 0; at < whole.length; at += chunks.at(-1)?.length ?? 0)
        chunks.push(whole.slice(at, at + 1 + next(most)))
      const stripAnsi = next(2) === 0
      assert.deepStrictEqual(run(chunks, MUCH, stripAnsi), run([whole], MUCH, stripAnsi))
    }
  })
})

describe("bytes added at the end and dropped at the front", () => {
  it("hold what a plain concatenation holds", () => {
    const next = random(11)
    for (let round = 0; round < 200; round++) {
      const ring = new ByteRing()
      let plain: ReadonlyArray<number> = []
      for (let step = 0; step < 60; step++) {
        const added = Uint8Array.from({ length: next(50) }, () => next(256))
        const dropped = next(50)
        ring.append(added)
        ring.dropFirst(dropped)
        plain = [...plain, ...added].slice(dropped)
        assert.strictEqual(ring.length, plain.length)
      }
      assert.deepStrictEqual([...ring.takeAll()], plain)
      assert.strictEqual(ring.length, 0)
    }
  })
})

/** The same numbers at every run. */
const random = (seed: number) => {
  let state = seed >>> 0
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

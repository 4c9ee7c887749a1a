import { describe, expect, it } from "vitest"
import { makeAnsiStripper } from "../../src/core/stripAnsi.ts"

const strip = (...chunks: ReadonlyArray<string>): string => {
  const stripper = makeAnsiStripper()
  const parts = chunks.map((chunk) => stripper.push(Buffer.from(chunk)))
  return Buffer.concat([...parts, stripper.end()]).toString()
}

describe("strip_ansi", () => {
  it.each([
    ["row 72: colours", "\u001b[31mred\u001b[0m", "red"],
    ["row 72: a sequence that does not end", "a\u001b[1;32", "a"],
    ["row 72: other sequences stay", "\u001b]0;t\u0007x", "\u001b]0;t\u0007x"],
    ["an unknown ending swallows text up to a known one", "\u001b[38;5;1Xfoom bar", "oom bar"],
    ["a lone ESC stays", "a\u001bb", "a\u001bb"],
    ["an ESC at the end of the stream stays", "a\u001b", "a\u001b"],
    ["two ESC before a bracket", "\u001b\u001b[31mx", "\u001bx"],
    ["text without sequences", "plain ünïcode\n", "plain ünïcode\n"]
  ])("%s", (_, given, expected) => {
    expect(strip(given)).toBe(expected)
  })

  it("gives the same wherever the chunks are cut", () => {
    const text = "a\u001b[31mred\u001b[0m b\u001bc \u001b[2K\u001b[1;32mgreen\u001b[0m\n\u001b"
    const whole = strip(text)
    for (let first = 0; first <= text.length; first++)
      for (let second = first; second <= text.length; second++)
        expect(strip(text.slice(0, first), text.slice(first, second), text.slice(second))).toBe(
          whole
        )
  })
})

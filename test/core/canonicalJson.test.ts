import { describe, expect, it } from "vitest"
import { canonicalJson } from "../../src/core/canonicalJson.ts"

describe("canonical JSON", () => {
  it.each([
    [null, "null"],
    [undefined, "null"],
    [Number.NaN, "null"],
    [Number.POSITIVE_INFINITY, "null"],
    [-0, "0"],
    [1e21, "1e+21"],
    [false, "false"],
    ["a\u001fb", JSON.stringify("a\u001fb")],
    ["a\\b\u007fé😀", JSON.stringify("a\\b\u007fé😀")],
    ['a"\u2028\ud800', JSON.stringify('a"\u2028\ud800')],
    [[1, undefined, [null]], "[1,null,[null]]"],
    [{ b: 1, a: { d: undefined, c: [] } }, '{"a":{"c":[]},"b":1}'],
    [{ B: 1, a: 2, A: 3 }, '{"A":3,"B":1,"a":2}'],
    [{}, "{}"]
  ])("of %j is %s", (value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })

  it("sorts keys that are numbers as texts, at any depth", () => {
    expect(canonicalJson({ x: [{ b: 1, 9: 2, 10: 3 }] })).toBe('{"x":[{"10":3,"9":2,"b":1}]}')
  })

  it("takes a key of any name for a key", () => {
    const made = Object.fromEntries([
      ["__proto__", { b: 1, a: 2 }],
      ["", 3],
      ["constructor", 4]
    ])
    expect(canonicalJson(made)).toBe('{"":3,"__proto__":{"a":2,"b":1},"constructor":4}')
  })
})

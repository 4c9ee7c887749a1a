import { assert, describe, it } from "vitest"
import { keeperOptions, members, splitLine } from "../../src/core/keeperProtocol.ts"
import { lineReader } from "../../src/os/lineReader.ts"

describe("the keeper's options", () => {
  it("need a daemon and its arguments; what is of another kind counts as not given", () => {
    const needs = /the keeper's options need daemon and daemonArgs/
    for (const text of ["{}", '{"daemon":"d"}', '{"daemon":"d","daemonArgs":[1]}', "[]"]) {
      assert.throws(() => keeperOptions(text), needs)
    }
    for (const text of [undefined, "null", "7"]) {
      assert.throws(() => keeperOptions(text), /as one JSON argument/)
    }
    assert.throws(() => keeperOptions("{"), SyntaxError)
    const least = { daemon: "d", daemonArgs: ["a"] }
    assert.deepStrictEqual(keeperOptions(JSON.stringify({ ...least, ready: "3" })), least)
    const all = { ...least, ready: 3, lock: 4, fifos: "/f", known: 5 }
    assert.deepStrictEqual(keeperOptions(JSON.stringify(all)), all)
  })
})

describe("a line", () => {
  it("is a word and what belongs to it", () => {
    assert.deepStrictEqual(splitLine("ready"), ["ready", ""])
    assert.deepStrictEqual(splitLine('fact a {"b": 1} '), ["fact", 'a {"b": 1} '])
    assert.deepStrictEqual(splitLine(""), ["", ""])
    assert.deepStrictEqual(splitLine(" x"), ["", "x"])
  })

  it("without a JSON object has no members", () => {
    for (const text of ["", "{", "null", "7", '"x"']) assert.deepStrictEqual(members(text), {})
    assert.deepStrictEqual(members('{"id":1}'), { id: 1 })
  })
})

describe("lines out of a stream", () => {
  const read = (most: number, pieces: ReadonlyArray<string>) => {
    const lines: Array<string> = []
    const reader = lineReader(most, (line) => lines.push(line))
    for (const piece of pieces) reader.feed(Buffer.from(piece))
    return { lines, rest: reader.rest().toString() }
  }

  it("are whole however the pieces fall", () => {
    const text = "one\n\nthrée and more\nrest"
    for (let size = 1; size < text.length; size += 1) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []
      const { lines, rest } = read(100, pieces)
      assert.deepStrictEqual(lines, ["one", "", "thrée and more"])
      assert.strictEqual(rest, "rest")
    }
  })

  it("that are too long are passed over, and the next one is read", () => {
    assert.deepStrictEqual(read(4, ["four\nlong", "er\nlonger\nx\n"]).lines, ["four", "x"])
    assert.strictEqual(read(4, ["longer"]).rest, "")
  })
})

import { assert, describe, it } from "vitest"
import { parseSource, syntaxError } from "../../src/config/positions.ts"
import { stripTypes } from "../../src/os/stripTypes.ts"

/** Finds a path in a file; the call is where `define` first stands in it. */
const where = (text: string, path: ReadonlyArray<string | number>, call = "define") => {
  const source = parseSource(stripTypes(text) ?? "")
  if (source === null) throw new Error("the test's text does not parse")
  const before = text.slice(0, text.indexOf(`${call}(`)).split("\n")
  const found = source.locate(
    { line: before.length, column: (before.at(-1) ?? "").length + 1 },
    path
  )
  const line = text.split("\n")[found.line - 1] ?? ""
  return `${found.at} ${line.slice(found.column - 1).trim()}`
}

describe("positions", () => {
  it("finds a property of the literal", () => {
    assert.equal(where(`define({\n  a: 1,\n  b: 2\n})`, ["b"]), "value b: 2")
  })

  it("finds a nested property, an element, and a quoted key", () => {
    const text = `define({\n "the stop": { list: [1,\n 2] }\n})`
    assert.equal(where(text, ["the stop", "list", 1]), "value 2] }")
  })

  it("keeps positions in TypeScript with types", () => {
    const text = `const size: Array<number> = [1]\nexport default define<{ a: number }>({\n  a: 1 as number\n})`
    const source = parseSource(stripTypes(text) ?? "")
    assert.deepEqual(source?.locate({ line: 2, column: 16 }, ["a"]), {
      line: 3,
      column: 3,
      at: "value"
    })
  })

  it("follows a shorthand and a constant of the same file", () => {
    const text = `const logs = {\n  size: 1\n}\ndefine({ logs })`
    assert.equal(where(text, ["logs", "size"]), "value size: 1")
  })

  it("follows a spread, and lets the later property win", () => {
    const text = `const base = {\n  a: 1,\n  b: 1\n}\ndefine({ ...base,\n  b: 2 })`
    assert.equal(where(text, ["a"]), "value a: 1,")
    assert.equal(where(text, ["b"]), "value b: 2 })")
  })

  it("follows a member of a constant", () => {
    const text = `const all = {\n  stop: {\n  wait: 1 } }\ndefine({ stop: all.stop })`
    assert.equal(where(text, ["stop", "wait"]), "value wait: 1 } }")
  })

  it("stays at the last property where the rest is computed", () => {
    assert.equal(where(`define({\n  a: make({ b: 1 }) })`, ["a", "b"]), "near a: make({ b: 1 }) })")
  })

  it("stays at the holder when the key is missing there", () => {
    assert.equal(where(`define({\n  a: {} })`, ["a", "b"]), "near a: {} })")
  })

  it("falls back to the call where the argument is a parameter", () => {
    const text = `const options = { a: 1 }\nconst make = (options) => define(options)`
    assert.equal(where(text, ["a"]), "call define(options)")
  })

  it("does not follow a variable that may change", () => {
    assert.equal(where(`let a = { b: 1 }\ndefine({ a })`, ["a", "b"]), "near a })")
  })

  it("does not follow a constant that refers to itself", () => {
    const text = `const a = b\nconst b = a\ndefine({ a })`
    assert.equal(where(text, ["a", "c"]), "near a })")
  })

  it("does not count elements after a spread", () => {
    assert.equal(where(`define({\n list: [...x, 1] })`, ["list", 1]), "near list: [...x, 1] })")
  })

  it("finds the call through its namespace", () => {
    const source = parseSource("import * as r from 'reeve'\nr.define({ a: 1 })")
    assert.deepEqual(source?.locate({ line: 2, column: 3 }, ["a"]), {
      line: 2,
      column: 12,
      at: "value"
    })
    assert.equal(source?.calleeAt({ line: 2, column: 3 }), "define")
  })

  it("finds imports, a lone throw of no error, and an await", () => {
    const source = parseSource(`import a from "./a"\nif (a)\n  throw "x"\nawait a`)
    assert.deepEqual(source?.importOf("./a"), { line: 1, column: 1 })
    assert.deepEqual(source?.bareThrow(), { line: 3, column: 3 })
    assert.deepEqual(source?.firstAwait(), { line: 4, column: 1 })
    assert.isNull(source?.importOf("./b"))
  })

  it("finds a lone endless loop, and a lone call", () => {
    const source = parseSource("for (const a of b) c(a)\nwhile (true) c.kill(1)\n")
    assert.deepEqual(source?.endlessLoop(), { line: 2, column: 1 })
    assert.deepEqual(source?.onlyCall(["kill"]), { line: 2, column: 14 })
    assert.isNull(source?.onlyCall(["c", "kill"]))
    assert.isNull(parseSource("for (;;) {}\nfor (;;) {}")?.endlessLoop())
    assert.isNull(parseSource("for (;a;) {}\nwhile (false) {}")?.endlessLoop())
  })

  it("says where a script cannot be parsed", () => {
    assert.deepEqual(syntaxError("const a = 1\nconst b = = 2"), {
      line: 2,
      column: 11,
      message: "Unexpected token"
    })
    assert.isNull(syntaxError("export const a = await b"))
  })
})

import { assert, describe, it } from "vitest"
import { readPlain } from "../../src/core/xmlrpc/readPlain.ts"
import { readResponse } from "../../src/core/xmlrpc/readResponse.ts"
import { writeFault, writeResponse } from "../../src/core/xmlrpc/writeResponse.ts"
import type { XmlRpcValue } from "../../src/core/xmlrpc/XmlRpcValue.ts"

const struct = (...members: ReadonlyArray<readonly [string, XmlRpcValue]>) => new Map(members)

const values: ReadonlyArray<XmlRpcValue> = [
  "",
  "a & b < c > d &amp; é 𝄞\n\t'\"",
  0,
  -1,
  123_456_789_012_345,
  true,
  false,
  [],
  new Map<string, XmlRpcValue>(),
  [struct(["name", "web"], ["a<b", [1, [2, struct(["x", ""])]]]), struct(["name", "web"])]
]

/** The same document, in which only a parser sees what it says. */
const otherForm = (document: string): string => document.replace("\n", "\n ")

describe("an answer in the plain form", () => {
  it("is read as the parser reads it", () => {
    for (const value of values) {
      const document = writeResponse(value)
      assert.deepEqual(readPlain(document), value)
      assert.deepEqual(readResponse(otherForm(document)), { kind: "value", value })
    }
  })

  it("is left to the parser where it has another form in a single place", () => {
    const document = writeResponse([struct(["a", "b"], ["c", 12]), true])
    for (let at = 0; at < document.length; at++) {
      for (const put of ["", " ", "<", "&", "\r", "\n\n", "9"]) {
        const changed = document.slice(0, at) + put + document.slice(at + 1)
        const plain = readPlain(changed)
        if (plain === null) continue
        assert.deepEqual(readResponse(otherForm(changed)), { kind: "value", value: plain }, changed)
      }
    }
  })

  it("is none when it is a fault, has values of other types, or ends early", () => {
    const deep = Array.from({ length: 20 }).reduce<XmlRpcValue>((inner) => [inner], 1)
    const document = writeResponse(["a"])
    for (const text of [
      writeFault(10, "BAD_NAME"),
      writeResponse({ kind: "double", value: 1.5 }),
      writeResponse({ kind: "xml", text: "<nil/>" }),
      writeResponse(1).replace(">1<", ">01<"),
      writeResponse(["a"]).replace(">a<", ">&#97;<"),
      writeResponse(deep),
      `${document}x`,
      ...Array.from(document, (_, at) => document.slice(0, at))
    ]) {
      assert.isNull(readPlain(text), text)
    }
  })
})

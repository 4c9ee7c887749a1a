import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { readCall } from "../../../src/core/xmlrpc/readCall.ts"
import { readResponse } from "../../../src/core/xmlrpc/readResponse.ts"
import { writeCall } from "../../../src/core/xmlrpc/writeCall.ts"
import { writeFault, writeResponse } from "../../../src/core/xmlrpc/writeResponse.ts"
import type { XmlRpcValue } from "../../../src/core/xmlrpc/XmlRpcValue.ts"
import { many, oneOf, type Random, random } from "../python.ts"

const script = fileURLToPath(new URL("../xmlrpcCodec.py", import.meta.url))

/** Debian's own Python: it has Debian's supervisor. */
const python = (questions: ReadonlyArray<object>): ReadonlyArray<unknown> =>
  execFileSync("/usr/bin/python3", [script], {
    input: questions.map((question) => `${JSON.stringify(question)}\n`).join(""),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024
  })
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line))

/** Values in a form that survives JSON, so that both sides can be compared. */
const tag = (value: XmlRpcValue): object => {
  if (typeof value === "string") return { string: value }
  if (typeof value === "boolean") return { boolean: value }
  if (typeof value === "number") return { int: value }
  if (Array.isArray(value)) return { array: value.map(tag) }
  if (value instanceof Map) {
    return { struct: [...value].map(([name, item]: [string, XmlRpcValue]) => [name, tag(item)]) }
  }
  if ("kind" in value && value.kind === "double") return { double: repr(value.value) }
  if ("kind" in value && value.kind === "dateTime") return { date: value.text }
  throw new Error("XML is not for reading")
}

/** Python's repr of the doubles below. */
const repr = (value: number): string =>
  doubles.find(([number]) => Object.is(number, value))?.[1] ?? `${value}`

const doubles: ReadonlyArray<readonly [number, string]> = [
  [0, "0.0"],
  [-0, "-0.0"],
  [1, "1.0"],
  [-2.5, "-2.5"],
  [1e16, "1e+16"],
  [123456789012345.0, "123456789012345.0"],
  [1e-5, "1e-05"],
  [0.0001, "0.0001"],
  [1.5e300, "1.5e+300"],
  [Number.POSITIVE_INFINITY, "inf"],
  [Number.NEGATIVE_INFINITY, "-inf"]
]

const atoms = [..."ab<>&'\" \t\n;]é-", "\u{1f600}", "&amp;", "]]>", "\u00a0", "\ufffd", "</value>"]
const text = (next: Random): string => many(next, 8, () => oneOf(next, atoms))
const int = (next: Random): number =>
  oneOf(next, [0, 1, -1, next(1000), 2 ** 31 - 1, -(2 ** 31), -next(100_000)])

const value = (next: Random, depth: number): XmlRpcValue => {
  switch (next(depth > 0 ? 8 : 5)) {
    case 0:
      return int(next)
    case 1:
      return next(2) === 0
    case 2:
      return { kind: "double", value: oneOf(next, doubles)[0] }
    case 3:
      return { kind: "dateTime", text: "20261122T07:07:37" }
    case 5:
      return Array.from({ length: next(5) }, () => value(next, depth - 1))
    case 6:
    case 7:
      return new Map(
        Array.from({ length: next(5) }, () => [text(next), value(next, depth - 1)] as const)
      )
  }
  return text(next)
}

const cases = 2000
const values = (seed: number): ReadonlyArray<XmlRpcValue> => {
  const next = random(seed)
  return Array.from({ length: cases }, () => value(next, 6))
}

const asCall = (read: ReturnType<typeof readCall>): object => {
  switch (read.kind) {
    case "call":
      return { method: read.method, params: read.params.map(tag) }
    case "malformed":
      return { malformed: true }
    case "noMethod":
      return { noMethod: true }
    case "nil":
      return { nil: true }
  }
}

/** Pieces of calls, most of them where they do not belong. */
const pieces = [
  ..."<>&/ab \n",
  "<?xml version='1.0'?>",
  "<methodCall>",
  "</methodCall>",
  "<methodName>a.b</methodName>",
  "<methodName/>",
  "<params>",
  "</params>",
  "<param>",
  "</param>",
  "<value>",
  "</value>",
  "<value/>",
  "<nil/>",
  "<int>5</int>",
  "<i4> -7\n</i4>",
  "<int>x</int>",
  "<int/>",
  "<int>1_0</int>",
  "<i8>9</i8>",
  "<boolean>1</boolean>",
  "<boolean>true</boolean>",
  "<boolean/>",
  "<double>1.5</double>",
  "<double>.5.</double>",
  "<double>inf</double>",
  "<string>x<!-- c -->y</string>",
  "<string><![CDATA[<&]]></string>",
  "<string>&lt;&#65;&#x42;&quot;</string>",
  "<string>&nope;</string>",
  "<string>&#0;</string>",
  "<base64>aGk=</base64>",
  "<base64>a G\nk=</base64>",
  "<base64>aGk</base64>",
  "<base64>/w==</base64>",
  "<dateTime.iso8601>20261122T07:07:37</dateTime.iso8601>",
  "<dateTime.iso8601>2026-11-22</dateTime.iso8601>",
  "<array><data>",
  "</data></array>",
  "<array/>",
  "<struct>",
  "</struct>",
  "<member><name>k</name>",
  "<member><name/>",
  "</member>",
  "<member/>",
  '<string a="1">z</string>',
  "<string a=1>z</string>",
  "<?pi x?>",
  "\r\n"
]

const param = (next: Random): string =>
  `<param><value>${many(next, 3, () => oneOf(next, pieces))}</value></param>`

const nasty = (next: Random): string => {
  if (next(4) === 0) return many(next, 12, () => oneOf(next, pieces))
  const params = `<params>${many(next, 2, () => param(next))}</params>`
  const name = next(8) === 0 ? "" : "<methodName>supervisor.x</methodName>"
  return `<?xml version="1.0"?>\n<methodCall>${name}${params}</methodCall>`
}

describe("the XML-RPC codec beside Python's", () => {
  it("writes 2,000 random answers, and faults, byte for byte as supervisord does", () => {
    const written = values(1)
    const answers = python(written.map((one) => ({ ask: "response", value: tag(one) })))
    for (const [at, one] of written.entries()) assert.equal(writeResponse(one), answers[at])
    assert.equal(answers.length, cases)
    const [fault] = python([{ ask: "fault", code: 10, text: "BAD_NAME: <zz> & é" }])
    assert.equal(writeFault(10, "BAD_NAME: <zz> & é"), fault)
  })

  it("writes 2,000 random calls byte for byte as xmlrpc.client does, and reads them as supervisord does", () => {
    const params = values(2).map((one, at) => (at % 10 === 0 ? [] : [one, at]))
    const answers = python(
      params.map((one) => ({ ask: "call", method: "supervisor.x", params: one.map(tag) }))
    )
    const questions = answers.map((document) => ({ ask: "serverReads", text: document }))
    const read = python(questions)
    for (const [at, one] of params.entries()) {
      const written = writeCall("supervisor.x", one)
      assert.equal(written, answers[at])
      assert.deepEqual(asCall(readCall(Buffer.from(written))), read[at], written)
    }
  })

  it("reads the answers that xmlrpc.client reads, to the same values", () => {
    const documents = values(3).map(writeResponse)
    const read = python(documents.map((document) => ({ ask: "clientReads", text: document })))
    for (const [at, document] of documents.entries()) {
      const mine = readResponse(document)
      assert.deepEqual(mine.kind === "value" ? { value: tag(mine.value) } : mine, read[at])
    }
  })

  it("refuses and accepts the same of 20,000 nasty calls", () => {
    const next = random(4)
    const documents = Array.from({ length: 20_000 }, () => nasty(next))
    const read = python(documents.map((document) => ({ ask: "serverReads", text: document })))
    const accepted = read.filter((one) => JSON.stringify(one).includes("method"))
    assert.isAbove(accepted.length, 2000)
    for (const [at, document] of documents.entries()) {
      assert.deepEqual(asCall(readCall(Buffer.from(document))), read[at], document)
    }
  })
})

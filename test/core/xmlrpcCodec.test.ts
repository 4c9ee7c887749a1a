import { assert, describe, it } from "vitest"
import { readCall } from "../../src/core/xmlrpc/readCall.ts"
import { readResponse } from "../../src/core/xmlrpc/readResponse.ts"
import { writeCall } from "../../src/core/xmlrpc/writeCall.ts"
import { writeFault, writeResponse } from "../../src/core/xmlrpc/writeResponse.ts"
import { writeValue } from "../../src/core/xmlrpc/writeValue.ts"
import type { XmlRpcValue } from "../../src/core/xmlrpc/XmlRpcValue.ts"

const read = (document: string) => readCall(Buffer.from(document))
const withValue = (inside: string) =>
  read(
    `<methodCall><methodName>a.b</methodName><params><param><value>${inside}</value></param></params></methodCall>`
  )
const valueOf = (inside: string): XmlRpcValue | undefined => {
  const call = withValue(inside)
  return call.kind === "call" ? call.params[0] : undefined
}

describe("writing XML-RPC", () => {
  it("writes a fault as in appendix A.3", () => {
    assert.equal(
      writeFault(10, "BAD_NAME: zz"),
      [
        "<?xml version='1.0'?>",
        "<methodResponse>",
        "<fault>",
        "<value><struct>",
        "<member>",
        "<name>faultCode</name>",
        "<value><int>10</int></value>",
        "</member>",
        "<member>",
        "<name>faultString</name>",
        "<value><string>BAD_NAME: zz</string></value>",
        "</member>",
        "</struct></value>",
        "</fault>",
        "</methodResponse>",
        ""
      ].join("\n")
    )
    assert.equal(Buffer.byteLength(writeFault(10, "BAD_NAME: zz")), 268)
  })

  it("replaces what XML cannot carry, so that the answer can be read", () => {
    const written = writeValue("a\u001b[1mb\ud800\u0000\ufffe c\t\r\n")
    assert.equal(written, "<value><string>a\ufffd[1mb\ufffd\ufffd\ufffd c\t\r\n</string></value>\n")
  })

  it("writes ints beyond 32 bits in full, and text that is XML already as it is", () => {
    assert.equal(writeValue(2 ** 40), "<value><int>1099511627776</int></value>\n")
    assert.equal(writeValue({ kind: "xml", text: "<nil/>" }), "<value><nil/></value>\n")
  })

  it("writes a thousand structs within 50 ms of work", () => {
    const row = new Map<string, XmlRpcValue>(
      Array.from({ length: 14 }, (_, at) => [`field${at}`, at % 2 === 0 ? "text & more" : at])
    )
    const rows = Array.from({ length: 1000 }, () => row)
    assert.isAbove(writeResponse(rows).length, 500_000)
    // The least of several: what else the machine does must not count.
    const works = Array.from({ length: 10 }, () => {
      const before = process.threadCpuUsage()
      writeResponse(rows)
      const { system, user } = process.threadCpuUsage(before)
      return (system + user) / 1000
    })
    assert.isBelow(Math.min(...works), 50)
  })
})

describe("reading XML-RPC", () => {
  it("reads what it writes", () => {
    const values = ["a<&>", -5, true, ["x", new Map([["__proto__", 1]])], new Map()]
    assert.deepEqual(read(writeCall("a.b", values)), {
      kind: "call",
      method: "a.b",
      params: values
    })
    assert.deepEqual(readResponse(writeResponse(values)), { kind: "value", value: values })
    assert.deepEqual(readResponse(writeFault(70, "NOT_RUNNING: é")), {
      kind: "fault",
      code: 70,
      text: "NOT_RUNNING: é"
    })
  })

  it("reads the types of clients", () => {
    assert.equal(valueOf("plain"), "plain")
    assert.equal(valueOf("<string/>"), "")
    assert.equal(valueOf("<i4> 7 </i4>"), 7)
    assert.equal(valueOf("<boolean>1</boolean>"), true)
    assert.equal(valueOf("<boolean>true</boolean>"), false)
    assert.equal(valueOf("<base64>w6k=</base64>"), "é")
    assert.deepEqual(valueOf("<double>1.5</double>"), { kind: "double", value: 1.5 })
    assert.equal(valueOf(`<int>${"9".repeat(400)}</int>`), Number.MAX_SAFE_INTEGER)
  })

  it("tells absent values and absent methods from what cannot be read", () => {
    assert.equal(withValue("<nil/>").kind, "nil")
    assert.equal(read("<methodCall><methodName/></methodCall>").kind, "noMethod")
    assert.equal(read("<methodCall/>").kind, "noMethod")
    for (const bad of [
      "",
      "x",
      "<a",
      "<a></b>",
      "<a/><b/>",
      "<a/>x",
      "<a>&x;</a>",
      " <?xml?><a/>"
    ]) {
      assert.equal(read(bad).kind, "malformed", bad)
    }
    assert.equal(withValue("<int>x</int>").kind, "malformed")
    assert.equal(withValue("<string>\u0007</string>").kind, "malformed")
    assert.equal(readCall(Uint8Array.of(0x3c, 0xff, 0x3e)).kind, "malformed")
  })

  it("knows no entities but the predefined ones and character references", () => {
    assert.equal(valueOf("&lt;&#65;&#x1F600;&quot;"), '<A\u{1f600}"')
    assert.equal(withValue("&nbsp;").kind, "malformed")
    const lol = `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><methodCall><methodName>&b;</methodName></methodCall>`
    const refused = read(lol)
    assert.equal(refused.kind === "malformed" && refused.reason, "a document type is not accepted")
  })

  it("refuses depth, numbers of elements and attributes, and length beyond its limits", () => {
    const deep = "<value><array><data>".repeat(60) + "</data></array></value>".repeat(60)
    assert.equal(withValue(deep.slice(7, -8)).kind, "call")
    assert.equal(withValue("<array><data><value>".repeat(100_000)).kind, "malformed")
    assert.equal(read(`<a>${"<b/>".repeat(300_000)}</a>`).kind, "malformed")
    const attributes = Array.from({ length: 30 }, (_, at) => `a${at}=""`).join(" ")
    assert.equal(read(`<a>${`<b ${attributes}/>`.repeat(10_000)}</a>`).kind, "malformed")
    assert.equal(readCall(Buffer.from("<a/>"), { length: 3, depth: 1, nodes: 1 }).kind, "malformed")
  })
})

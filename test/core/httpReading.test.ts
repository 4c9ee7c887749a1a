import { assert, describe, it } from "vitest"
import { HttpReading } from "../../src/os/http/HttpReading.ts"

const read = (text: string, size: number) => {
  const seen = { status: 0, body: "" }
  const reading = new HttpReading({
    head: ({ status }) => {
      seen.status = status
    },
    body: (bytes) => {
      seen.body += Buffer.from(bytes).toString("latin1")
    }
  })
  for (let at = 0; at < text.length; at += size) {
    reading.push(Buffer.from(text.slice(at, at + size), "latin1"))
  }
  return { ...seen, done: reading.isDone, endsWithConnection: reading.endsWithConnection }
}

const ok = "HTTP/1.1 200 OK\r\nServer: x\r\n"

describe("an HTTP response in pieces", () => {
  for (const size of [1, 2, 3, 7, 1000]) {
    it(`is read by its length, ${size} bytes at a time`, () => {
      const { body, done } = read(`${ok}Content-Length: 5\r\n\r\nhello`, size)
      assert.deepEqual([body, done], ["hello", true])
    })
    it(`is read in chunks, ${size} bytes at a time`, () => {
      const chunks = "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"
      const { body, done } = read(`${ok}Transfer-Encoding: chunked\r\n\r\n${chunks}`, size)
      assert.deepEqual([body, done], ["abc0123456789", true])
    })
    it(`is read to the end of the connection, ${size} bytes at a time`, () => {
      const { body, done, endsWithConnection } = read(`${ok}\r\nhello`, size)
      assert.deepEqual([body, done, endsWithConnection], ["hello", false, true])
    })
  }
  it("is not complete before its last chunk", () => {
    const cut = read(`${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`, 4)
    assert.deepEqual([cut.body, cut.endsWithConnection], ["abc", false])
  })
  it("has a status without a reason", () => {
    assert.equal(read("HTTP/1.0 404\r\nContent-Length: 0\r\n\r\n", 5).status, 404)
  })
  it.for(["SMTP hello\r\n\r\n", `${ok}Content-Length: x\r\n\r\n`, "y".repeat(70_000)])(
    "is refused where it is none: %#",
    (text) => {
      assert.throws(() => read(text, 4096))
    }
  )
})

/** One request of a FastCGI responder, as a web server sends it; gives the body of the answer. */
import { createConnection } from "node:net"

const BEGIN = 1
const PARAMS = 4
const STDIN = 5
const STDOUT = 6

const record = (kind: number, content: Uint8Array): Uint8Array => {
  const head = Buffer.alloc(8)
  head.writeUInt8(1, 0)
  head.writeUInt8(kind, 1)
  head.writeUInt16BE(1, 2)
  head.writeUInt16BE(content.length, 4)
  return Buffer.concat([head, content])
}

const none = new Uint8Array(0)
/** The role of a responder, whose connection ends with its answer. */
const begin = record(BEGIN, Uint8Array.from([0, 1, 0, 0, 0, 0, 0, 0]))
const method = record(PARAMS, Buffer.from("\x0e\x03REQUEST_METHODGET", "latin1"))
const whole = Buffer.concat([begin, method, record(PARAMS, none), record(STDIN, none)])

/** The text of all STDOUT records, without the head of CGI. */
const bodyOf = (bytes: Buffer): string => {
  let text = ""
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 4)
    if (bytes.readUInt8(at + 1) === STDOUT) {
      text += bytes.subarray(at + 8, at + 8 + length).toString("utf8")
    }
    at += 8 + length + bytes.readUInt8(at + 6)
  }
  const gap = text.indexOf("\r\n\r\n")
  if (gap < 0) throw new Error(`no answer but ${JSON.stringify(text)}`)
  return text.slice(gap + 4)
}

export const askFastCgi = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const parts: Array<Buffer> = []
    const client = createConnection(path)
    client.once("error", reject)
    client.on("data", (part) => parts.push(Buffer.from(part)))
    client.once("connect", () => client.write(whole))
    client.once("close", () => {
      try {
        resolve(bodyOf(Buffer.concat(parts)))
      } catch (error) {
        reject(error)
      }
    })
  })

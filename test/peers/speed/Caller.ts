/** Asks one thing over one connection that stays; reads no more of the answers than it must: the server is measured. */
import { connect, type Socket } from "node:net"

const requestOf = (method: string): string => {
  const body =
    `<?xml version='1.0'?>\n<methodCall>\n<methodName>${method}</methodName>\n` +
    "<params>\n</params>\n</methodCall>\n"
  return [
    "POST /RPC2 HTTP/1.1",
    "Host: localhost",
    "Content-Type: text/xml",
    `Content-Length: ${body.length}`,
    "",
    body
  ].join("\r\n")
}

export interface Caller {
  /** The beginning of the answer, once all of it is there; one call at a time. */
  readonly call: () => Promise<string>
  readonly close: () => void
}

/** `method`: default `supervisor.getAllProcessInfo`. */
export const connectCaller = (
  path: string,
  method = "supervisor.getAllProcessInfo"
): Promise<Caller> =>
  new Promise((done, refuse) => {
    const request = requestOf(method)
    const socket: Socket = connect(path)
    let chunks: Array<Buffer> = []
    let answered: { done: (text: string) => void; refuse: (error: Error) => void } | null = null
    let left = -1
    const fail = (error: Error) => {
      refuse(error)
      answered?.refuse(error)
    }
    socket.on("error", fail)
    socket.on("close", () => fail(new Error("closed")))
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk)
      if (left < 0) {
        const head = Buffer.concat(chunks).toString("latin1", 0, 4096)
        const split = head.indexOf("\r\n\r\n")
        const length = /content-length: *(\d+)/i.exec(head)?.[1]
        if (split < 0 || length === undefined) return
        left = Number(length) + split + 4 - chunks.reduce((sum, one) => sum + one.length, 0)
      } else left -= chunk.length
      if (left > 0) return
      const text = Buffer.concat(chunks.slice(0, 2)).toString("utf8", 0, 2048)
      chunks = []
      left = -1
      answered?.done(text)
    })
    socket.on("connect", () =>
      done({
        call: () =>
          new Promise((resolved, rejected) => {
            answered = { done: resolved, refuse: rejected }
            socket.write(request)
          }),
        close: () => socket.destroy()
      })
    )
  })

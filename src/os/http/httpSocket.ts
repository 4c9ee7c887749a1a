/**
 * One HTTP/1.1 exchange of a client over a socket of its own, without node:http: a command line must answer in tens of
 * milliseconds, and loading node:http alone takes longer than its work. No time limit (a start may take long), no retry.
 */
import type { Socket } from "node:net"
import { errnoOf } from "../errnoOf.ts"
import { type HttpHead, HttpReading, type HttpReadingTo } from "./HttpReading.ts"

export type HttpPlace =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }

export interface SocketRequest {
  readonly place: HttpPlace
  readonly method: "GET" | "POST"
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
}

/** No answer, or not all of it. `errno` by name; "CLOSED" when the server hung up without a word. */
export class HttpFailure extends Error {
  readonly errno: string
  constructor(message: string, errno: string) {
    super(message)
    this.errno = errno
  }
}

/** Connects and writes; what comes of it is for `readAnswer`, which has to follow at once. */
export const sendRequest = ({ body, headers, method, path, place }: SocketRequest): Socket => {
  // As `require` would: an `import` reads every export, and loads what is behind each.
  const { connect } = process.getBuiltinModule("node:net")
  const socket =
    place.kind === "unix"
      ? connect({ path: place.path })
      : connect({ host: place.host, port: place.port, noDelay: true })
  const host = place.kind === "unix" ? "localhost" : `${place.host}:${place.port}`
  const length = body === null ? {} : { "Content-Length": String(body.length) }
  const lines = Object.entries({ Host: host, ...headers, ...length }).map(
    // No value may begin a line of its own.
    ([name, value]) => `${name}: ${value.replace(/[\r\n]+/g, " ")}\r\n`
  )
  const escaped = path.replace(/[^\x21-\x7e]+/gu, encodeURIComponent)
  socket.write(`${method} ${escaped} HTTP/1.1\r\n${lines.join("")}\r\n`)
  if (body !== null) socket.write(body)
  return socket
}

/** Until the answer is complete; the socket is closed then. Throws HttpFailure. */
export const readAnswer = (socket: Socket, to: HttpReadingTo): Promise<void> =>
  new Promise((resolve, reject) => {
    const reading = new HttpReading(to)
    socket.on("data", (bytes) => {
      try {
        reading.push(Buffer.from(bytes))
      } catch (error) {
        socket.destroy()
        reject(new HttpFailure(error instanceof Error ? error.message : String(error), "EPROTO"))
      }
      if (!reading.isDone) return
      socket.destroy()
      resolve()
    })
    socket.once("error", (error) => reject(new HttpFailure(error.message, errnoOf(error))))
    socket.once("close", () => {
      if (reading.endsWithConnection) return resolve()
      const begun = reading.hasBegun
      reject(new HttpFailure("the server hung up", begun ? "ECONNRESET" : "CLOSED"))
    })
  })

export interface HttpAnswer extends HttpHead {
  readonly text: string
}

/** The whole answer as text. Throws HttpFailure. */
export const wholeAnswer = async (socket: Socket): Promise<HttpAnswer> => {
  const parts: Array<Uint8Array> = []
  let head: HttpHead = { status: 0, reason: "" }
  await readAnswer(socket, {
    head: (read) => {
      head = read
    },
    body: (part) => void parts.push(part)
  })
  return { ...head, text: Buffer.concat(parts).toString("utf8") }
}

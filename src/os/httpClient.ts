/**
 * HTTP/1.1 as a client of supervisord's protocol needs it, over a unix socket or TCP, without node:http and without a
 * runtime: a command line must answer in tens of milliseconds, and loading node:http alone takes forty. One connection a
 * request, no time limit (a start may take long), nothing is retried.
 */
import { connect, type Socket } from "node:net"
import { errnoOf } from "./errnoOf.ts"
import { type HttpHead, HttpReading } from "./HttpReading.ts"

export type HttpPlace =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }

export interface HttpRequest {
  readonly place: HttpPlace
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

export interface HttpAnswer extends HttpHead {
  readonly text: string
}

/** No answer, or not all of it. `errno` by name; "CLOSED" when the server hung up without a word. */
export class HttpFailure extends Error {
  readonly errno: string
  constructor(message: string, errno: string) {
    super(message)
    this.errno = errno
  }
}

/** Throws HttpFailure. */
export const httpPost = async (to: HttpRequest, body: string): Promise<HttpAnswer> => {
  const bytes = Buffer.from(body, "utf8")
  const parts: Array<Uint8Array> = []
  let head: HttpHead = { status: 0, reason: "" }
  const more = { "Content-Length": String(bytes.length), Connection: "close" }
  await exchange(open(to, "POST", more, bytes), {
    head: (read) => {
      head = read
    },
    body: (part) => void parts.push(part)
  })
  return { ...head, text: Buffer.concat(parts).toString("utf8") }
}

export interface HttpFollowing {
  /** The status, once the server is done or `close` was called (then null). Throws HttpFailure. */
  readonly ended: Promise<number | null>
  readonly close: () => void
}

/** GETs a stream; `onData` gets what a 200 brings, as it comes. */
export const httpFollow = (to: HttpRequest, onData: (bytes: Uint8Array) => void): HttpFollowing => {
  // supervisord holds back what it streams to a client that says "close".
  const socket = open(to, "GET", { Connection: "keep-alive" }, null)
  let closed = false
  let status = 0
  const close = (): void => {
    closed = true
    socket.destroy()
  }
  const whole = exchange(socket, {
    head: (head) => {
      status = head.status
      if (status !== 200) socket.destroy()
    },
    body: (part) => {
      if (status === 200 && !closed) onData(part)
    }
  })
  const ended = whole.then(
    () => (closed ? null : status),
    (error: unknown) => {
      if (closed) return null
      // A stream that the server cuts is over, as one that it ends.
      if (status !== 0) return status
      throw error
    }
  )
  return { ended, close }
}

const open = (
  { headers, path, place }: HttpRequest,
  method: string,
  more: Readonly<Record<string, string>>,
  body: Uint8Array | null
): Socket => {
  const socket =
    place.kind === "unix"
      ? connect({ path: place.path })
      : connect({ host: place.host, port: place.port, noDelay: true })
  const host = place.kind === "unix" ? "localhost" : `${place.host}:${place.port}`
  const lines = Object.entries({ Host: host, ...headers, ...more }).map(
    // No value may begin a line of its own.
    ([name, value]) => `${name}: ${value.replace(/[\r\n]+/g, " ")}\r\n`
  )
  const escaped = path.replace(/[^\x21-\x7e]+/gu, encodeURIComponent)
  socket.write(`${method} ${escaped} HTTP/1.1\r\n${lines.join("")}\r\n`)
  if (body !== null) socket.write(body)
  return socket
}

/** Until the response is complete. Throws HttpFailure. */
const exchange = (
  socket: Socket,
  to: { readonly head: (head: HttpHead) => void; readonly body: (bytes: Uint8Array) => void }
): Promise<void> =>
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

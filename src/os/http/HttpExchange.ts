/**
 * One request and its answer, without Effect: a small call is read and answered within one turn of the event loop. Headers go
 * out in the order in which supervisord sends them; nothing is written to a client that does not read.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { HttpBodies } from "./HttpBodies.ts"
import type { HttpConnections } from "./HttpConnections.ts"

export type Headers = ReadonlyArray<readonly [string, string]>

/** Clients of supervisord know this name. */
const serverName = "Medusa/1.12"
/** A refused body up to this is read and thrown away, so that the client can read why; more is cut off. */
const discarded = 256 * 1024 * 1024

export class HttpExchange {
  readonly method: string
  readonly path: string
  readonly query: string
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>
  /** Content-Length; null: none was given. */
  readonly length: number | null
  readonly local: boolean
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #bodies: HttpBodies
  readonly #connections: HttpConnections

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    shared: { readonly bodies: HttpBodies; readonly connections: HttpConnections },
    local: boolean
  ) {
    const url = request.url ?? ""
    const question = url.indexOf("?")
    this.method = (request.method ?? "").toUpperCase()
    this.path = question === -1 ? url : url.slice(0, question)
    this.query = question === -1 ? "" : url.slice(question + 1)
    this.headers = headersOf(request)
    const length = this.headers.get("content-length") ?? ""
    this.length = /^\d+$/.test(length) ? Number(length) : null
    this.local = local
    this.#request = request
    this.#response = response
    this.#bodies = shared.bodies
    this.#connections = shared.connections
  }

  /** The whole body, of `length` bytes; never, when the client goes away before. Not for a body without a length. */
  readBody(done: (body: Uint8Array) => void): void {
    const request = this.#request
    const chunks: Array<Buffer> = []
    const giveBack = this.#bodies.take(this.length ?? 0, () => {
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
    })
    request.once("close", giveBack)
    request.once("end", () => {
      const [first] = chunks
      done(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks))
      giveBack()
    })
  }

  /** Reads the body without keeping it; then, or when it is too long for that, calls `done`. */
  discardBody(done: () => void): void {
    if ((this.length ?? 0) > discarded) {
      done()
      return
    }
    // Until then its connection is the first to make room for another.
    const { socket } = this.#request
    this.#connections.idle(socket)
    this.#request.once("end", () => {
      this.#connections.busy(socket)
      done()
    })
    this.#request.resume()
  }

  /** When the client goes away before it has the whole answer. */
  onGone(act: () => void): void {
    const response = this.#response
    response.once("close", () => {
      if (!response.writableFinished) act()
    })
  }

  /** `Content-Length` is added unless `headers` has it; `Connection: close` there ends the connection. */
  answer(status: number, reason: string, headers: Headers, body: string | Uint8Array): void {
    const response = this.#response
    if (response.destroyed || response.headersSent) return
    const bytes = typeof body === "string" ? Buffer.from(body) : body
    const flat = this.#head(headers)
    if (!has(headers, "content-length")) flat.push("Content-Length", String(bytes.byteLength))
    const asked = this.#request.httpVersion === "1.0" && response.shouldKeepAlive
    if (asked && !has(headers, "connection")) {
      flat.push("Connection", "Keep-Alive")
    }
    response.writeHead(status, reason, flat)
    response.end(bytes)
    const { socket } = this.#request
    if (socket.writableLength > 0) this.#connections.unread(socket, bytes.byteLength)
  }

  /** HTTP/1.1 gets chunks; HTTP/1.0 bytes until the connection ends. */
  begin(status: number, reason: string, headers: Headers): void {
    const flat = this.#head(headers)
    if (this.#request.httpVersion === "1.0") this.#response.shouldKeepAlive = false
    else flat.push("Transfer-Encoding", "chunked")
    this.#response.writeHead(status, reason, flat)
    this.#response.flushHeaders()
  }

  /** Calls `more` when the client has taken enough to be sent the next; returns whether it has already. */
  write(bytes: Uint8Array, more: () => void): boolean {
    const response = this.#response
    if (bytes.byteLength === 0 || response.write(bytes)) return true
    response.once("drain", more)
    return false
  }

  /** Whether the client has the head of an answer already. */
  get begun(): boolean {
    return this.#response.headersSent
  }

  end(): void {
    this.#response.end()
  }

  /** Ends the connection; what was not sent is lost. */
  hangUp(): void {
    this.#request.socket.destroy()
  }

  #head(headers: Headers): Array<string> {
    const flat = ["Server", serverName, "Date", httpDate()]
    for (const [name, value] of headers) flat.push(name, value)
    this.#response.sendDate = false
    // Without this Node would tell of keep-alive, which clients of supervisord never see.
    this.#response.removeHeader("connection")
    return flat
  }
}

const has = (headers: Headers, wanted: string): boolean =>
  headers.some(([name]) => name.toLowerCase() === wanted)

const headersOf = (request: IncomingMessage): ReadonlyMap<string, string> => {
  const headers = new Map<string, string>()
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string") headers.set(name, value)
    else if (value !== undefined) headers.set(name, value.join(", "))
  }
  return headers
}

let dateSecond = 0
let dateText = ""
/** Anew each second. */
const httpDate = (): string => {
  const second = Math.floor(Date.now() / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    dateText = new Date(second * 1000).toUTCString()
  }
  return dateText
}

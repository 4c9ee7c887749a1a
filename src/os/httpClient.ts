/**
 * HTTP/1.1 as a client of supervisord's protocol needs it, over a unix socket or TCP, directly on node:http and without a
 * runtime: a command line must answer in tens of milliseconds. One connection a request, no time limit (a start may take
 * long), nothing is retried.
 */
import { type ClientRequest, request } from "node:http"
import { errnoOf } from "./errnoOf.ts"

export type HttpPlace =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }

export interface HttpRequest {
  readonly place: HttpPlace
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

export interface HttpAnswer {
  readonly status: number
  readonly reason: string
  readonly text: string
}

/** No answer, or not all of it. `errno` by name; "CLOSED" when the server hung up without a word. */
export class HttpFailure extends Error {
  readonly errno: string
  constructor(error: unknown) {
    super(error instanceof Error ? error.message : String(error))
    this.errno = this.message === "socket hang up" ? "CLOSED" : errnoOf(error)
  }
}

/** Throws HttpFailure. */
export const httpPost = (to: HttpRequest, body: string): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const bytes = Buffer.from(body, "utf8")
    const failed = (error: unknown): void => reject(new HttpFailure(error))
    const client = open(to, "POST", { "Content-Length": String(bytes.length) })
    client.once("error", failed)
    client.once("response", (message) => {
      const parts: Array<Buffer> = []
      message.on("data", (part: Buffer) => parts.push(part))
      message.once("error", failed)
      message.once("end", () =>
        resolve({
          status: message.statusCode ?? 0,
          reason: message.statusMessage ?? "",
          text: Buffer.concat(parts).toString("utf8")
        })
      )
    })
    client.end(bytes)
  })

export interface HttpFollowing {
  /** The status, once the server is done or `close` was called (then null). Throws HttpFailure. */
  readonly ended: Promise<number | null>
  readonly close: () => void
}

/** GETs a stream; `onData` gets what a 200 brings, as it comes. */
export const httpFollow = (to: HttpRequest, onData: (bytes: Uint8Array) => void): HttpFollowing => {
  // supervisord holds back what it streams to a client that says "close".
  const client = open(to, "GET", { Connection: "keep-alive" })
  let closed = false
  const ended = new Promise<number | null>((resolve, reject) => {
    const failed = (error: unknown): void =>
      closed ? resolve(null) : reject(new HttpFailure(error))
    client.once("error", failed)
    client.once("response", (message) => {
      const status = message.statusCode ?? 0
      if (status !== 200) {
        client.destroy()
        return resolve(status)
      }
      message.on("data", onData)
      // A stream that the server cuts is over, as one that it ends.
      message.once("error", () => resolve(closed ? null : status))
      message.once("close", () => resolve(closed ? null : status))
    })
    client.end()
  })
  return {
    ended,
    close: () => {
      closed = true
      client.destroy()
    }
  }
}

const open = (
  { headers, path, place }: HttpRequest,
  method: string,
  more: Readonly<Record<string, string>>
): ClientRequest =>
  request({
    ...(place.kind === "unix"
      ? { socketPath: place.path, host: "localhost" }
      : { host: place.host, port: place.port }),
    method,
    // What Node would refuse to send goes escaped; all else as it is written.
    path: path.replace(/[^\x21-\x7e]+/gu, encodeURIComponent),
    agent: false,
    headers: { ...headers, ...more }
  })

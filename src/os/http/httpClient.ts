/** HTTP as a client of supervisord's protocol needs it, over a unix socket or TCP, without a runtime. */
import {
  type HttpAnswer,
  type HttpPlace,
  readAnswer,
  sendRequest,
  wholeAnswer
} from "./httpSocket.ts"

export interface HttpRequest {
  readonly place: HttpPlace
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Throws HttpFailure. */
export const httpPost = (
  { headers, path, place }: HttpRequest,
  body: string
): Promise<HttpAnswer> =>
  wholeAnswer(
    sendRequest({
      place,
      method: "POST",
      path,
      headers: { ...headers, Connection: "close" },
      body: Buffer.from(body, "utf8")
    })
  )

export interface HttpFollowing {
  /** The status, once the server is done or `close` was called (then null). Throws HttpFailure. */
  readonly ended: Promise<number | null>
  readonly close: () => void
}

/** GETs a stream; `onData` gets what a 200 brings, as it comes. */
export const httpFollow = (
  { headers, path, place }: HttpRequest,
  onData: (bytes: Uint8Array) => void
): HttpFollowing => {
  const socket = sendRequest({
    place,
    method: "GET",
    path,
    // supervisord holds back what it streams to a client that says "close".
    headers: { ...headers, Connection: "keep-alive" },
    body: null
  })
  let closed = false
  let status = 0
  const close = (): void => {
    closed = true
    socket.destroy()
  }
  const whole = readAnswer(socket, {
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

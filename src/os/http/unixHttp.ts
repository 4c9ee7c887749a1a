/** HTTP over a unix socket, as reeve's own commands speak to the daemon. One connection a request; nothing is retried here. */
import type { Socket } from "node:net"
import { StringDecoder } from "node:string_decoder"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { HttpFailure, readAnswer, sendRequest, wholeAnswer } from "./httpSocket.ts"

/** No answer: nobody listens ("ENOENT", "ECONNREFUSED"), not allowed ("EACCES"), or the connection broke. */
export class ConnectionFailure extends Data.TaggedError("ConnectionFailure")<{
  readonly socket: string
  readonly errno: string
}> {}

export interface UnixRequest {
  readonly socket: string
  readonly method: "GET" | "POST"
  /** With its query. */
  readonly path: string
  /** JSON text. */
  readonly body: string | null
}

export interface UnixAnswer {
  readonly status: number
  readonly text: string
}

/** The whole answer as text. */
export const unixRequest = (request: UnixRequest): Effect.Effect<UnixAnswer, ConnectionFailure> =>
  Effect.callback((resume) => {
    const socket = open(request)
    wholeAnswer(socket).then(
      (answer) => resume(Effect.succeed(answer)),
      (error: unknown) => resume(Effect.fail(failure(request.socket, error)))
    )
    return Effect.sync(() => socket.destroy())
  })

export interface UnixStreaming {
  readonly status: number
  /** Text in pieces, cut anywhere but inside a character. Fails when the server goes away before the end. */
  readonly pieces: Stream.Stream<string, ConnectionFailure>
}

/** The answer as it comes; the connection is closed with the scope. */
export const unixStream = (
  request: UnixRequest
): Effect.Effect<UnixStreaming, ConnectionFailure, Scope.Scope> =>
  Effect.flatMap(
    Effect.acquireRelease(
      Effect.sync(() => open(request)),
      (socket) => Effect.sync(() => socket.destroy())
    ),
    (socket) =>
      Effect.callback<UnixStreaming, ConnectionFailure>((resume) => {
        const pieces = new Pieces(socket)
        const answered = readAnswer(socket, {
          head: ({ status }) =>
            resume(
              Effect.succeed({ status, pieces: Stream.fromPull(Effect.succeed(pieces.pull)) })
            ),
          body: (bytes) => pieces.push(bytes)
        })
        answered.then(
          () => pieces.end(Cause.done()),
          (error: unknown) => {
            const failed = Effect.fail(failure(request.socket, error))
            pieces.end(failed)
            // Of no effect once there was a head.
            resume(failed)
          }
        )
      })
  )

const open = ({ body, method, path, socket }: UnixRequest): Socket =>
  sendRequest({
    place: { kind: "unix", path: socket },
    method,
    path,
    headers: {
      Connection: "close",
      ...(body === null ? {} : { "Content-Type": "application/json" })
    },
    body: body === null ? null : Buffer.from(body, "utf8")
  })

type End = Effect.Effect<never, ConnectionFailure | Cause.Done>

/** Text on its way to one reader: with a piece that was not taken yet, the socket is not read. */
class Pieces {
  readonly #socket: Socket
  readonly #decoder = new StringDecoder("utf8")
  #text = ""
  #end: End | null = null
  #wake: () => void = () => undefined

  constructor(socket: Socket) {
    this.#socket = socket
  }

  push(bytes: Uint8Array): void {
    this.#text += this.#decoder.write(Buffer.from(bytes))
    if (this.#text === "") return
    this.#socket.pause()
    this.#wake()
  }

  end(end: End): void {
    this.#end = end
    this.#wake()
  }

  readonly pull: Effect.Effect<readonly [string], ConnectionFailure | Cause.Done> = Effect.suspend(
    () => {
      const text = this.#text
      if (text !== "") {
        this.#text = ""
        this.#socket.resume()
        return Effect.succeed<readonly [string]>([text])
      }
      if (this.#end !== null) return this.#end
      const more = Effect.callback<void>((resume) => {
        this.#wake = () => resume(Effect.void)
      })
      return Effect.flatMap(more, () => this.pull)
    }
  )
}

/** A server that hangs up without a word broke the connection, too. */
const failure = (socket: string, error: unknown) => {
  const errno = error instanceof HttpFailure ? error.errno : "EPROTO"
  return new ConnectionFailure({ socket, errno: errno === "CLOSED" ? "ECONNRESET" : errno })
}

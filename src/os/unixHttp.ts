/**
 * HTTP over a unix socket as a client needs it, directly on node:http: a command line must answer in tens of
 * milliseconds, and fetch alone costs that. One connection a request; nothing is retried here.
 */
import type { ClientRequest, IncomingMessage } from "node:http"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

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
  Effect.scoped(
    Effect.flatMap(connect(request), (message) =>
      Effect.callback<UnixAnswer, ConnectionFailure>((resume) => {
        const parts: Array<Buffer> = []
        message.on("data", (part: Buffer) => parts.push(part))
        message.once("end", () =>
          resume(
            Effect.succeed({
              status: message.statusCode ?? 0,
              text: Buffer.concat(parts).toString("utf8")
            })
          )
        )
        message.once("error", (error) => resume(Effect.fail(failure(request.socket, error))))
      })
    )
  )

export interface UnixStreaming {
  readonly status: number
  /** Text in pieces, cut anywhere but inside a character. Fails when the server goes away before the end. */
  readonly pieces: Stream.Stream<string, ConnectionFailure>
}

/** The answer as it comes; the connection is closed with the scope. */
export const unixStream = (
  request: UnixRequest
): Effect.Effect<UnixStreaming, ConnectionFailure, Scope.Scope> =>
  Effect.map(connect(request), (message) => {
    message.setEncoding("utf8")
    return {
      status: message.statusCode ?? 0,
      pieces: Stream.fromAsyncIterable<string, ConnectionFailure>(message, (error) =>
        failure(request.socket, error)
      )
    }
  })

const connect = (
  request: UnixRequest
): Effect.Effect<IncomingMessage, ConnectionFailure, Scope.Scope> =>
  Effect.flatMap(
    Effect.acquireRelease(
      Effect.sync(() => openRequest(request)),
      (client) => Effect.sync(() => client.destroy())
    ),
    (client) =>
      Effect.callback<IncomingMessage, ConnectionFailure>((resume) => {
        client.on("error", (error) => resume(Effect.fail(failure(request.socket, error))))
        client.once("response", (message) => resume(Effect.succeed(message)))
        client.end(request.body ?? undefined)
      })
  )

/** Not imported: an import reads every export, and those of node:http that are the web's load 30 ms of code. */
const openRequest = (request: UnixRequest): ClientRequest =>
  process.getBuiltinModule("node:http").request({
    socketPath: request.socket,
    method: request.method,
    path: request.path,
    agent: false,
    headers: {
      host: "reeve",
      connection: "close",
      ...(request.body === null
        ? {}
        : {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(request.body)
          })
    }
  })

const failure = (socket: string, error: unknown) =>
  new ConnectionFailure({
    socket,
    errno: error instanceof Error && "code" in error ? String(error.code) : "EPROTO"
  })

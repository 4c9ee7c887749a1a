/**
 * The HTTP server's listening side on a unix socket: never reachable before it is private (os/Sockets) and can answer, limited
 * in what a client may hold open, and gone from its path with the scope.
 */
import type { Server } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { prepareSocket, type SocketFailure } from "../Sockets.ts"
import { checkWhileConnected } from "./checkWhileConnected.ts"
import type { LateFront } from "./lateFront.ts"
import { nodeHttp } from "./nodeHttp.ts"

/** Clients that send nothing, or slowly, are dropped after these; those beyond `connections` are turned away. */
const limits = { headersMs: 10_000, requestMs: 60_000, idleMs: 5_000, checkMs: 5_000 }
const connections = 512

export interface UnixHttpServer {
  /** Makes the socket visible at its path; from now on clients come in. */
  readonly publish: Effect.Effect<void, SocketFailure>
  /** Takes nobody new, and waits until all that was asked is answered; a second at most. */
  readonly finish: Effect.Effect<void>
  /** Takes the socket from its path. */
  readonly vanish: Effect.Effect<void>
  /** Ends every connection, whatever it is doing. */
  readonly hangUp: Effect.Effect<void>
  /** Asked about every request before what `layer` serves, which has to be built already. */
  readonly putInFront: (front: LateFront) => Effect.Effect<void>
  readonly layer: ReturnType<typeof NodeHttpServer.layer>
}

/** A stale socket at `path` is replaced; anything else there is a failure. */
export const unixHttpServer = (
  path: string
): Effect.Effect<UnixHttpServer, SocketFailure, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(prepareSocket(path), (prepared) => prepared.remove),
    (prepared) => {
      const server = listener()
      return {
        layer: NodeHttpServer.layer(() => server, {
          path: prepared.listenOn,
          gracefulShutdownTimeout: "1 second"
        }),
        putInFront: (front) => Effect.sync(() => putInFront(server, front)),
        publish: prepared.publish({ mode: 0o600, owner: null }),
        finish: finish(server),
        vanish: prepared.remove,
        hangUp: Effect.sync(() => server.closeAllConnections())
      }
    }
  )

const finish = (server: Server): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
  }).pipe(Effect.timeoutOrElse({ duration: "1 second", orElse: () => Effect.void }))

const listener = (): Server => {
  const server = nodeHttp().createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: limits.checkMs,
    // supervisord's clients may leave it out; on a socket of the file system it tells nothing.
    requireHostHeader: false
  })
  server.maxConnections = connections
  checkWhileConnected(server)
  return server
}

const putInFront = (server: Server, { take }: LateFront): void => {
  const behind = server.listeners("request")
  server.removeAllListeners("request")
  server.on("request", (request, response) => {
    if (take(request, response)) return
    for (const listener of behind) Reflect.apply(listener, server, [request, response])
  })
}

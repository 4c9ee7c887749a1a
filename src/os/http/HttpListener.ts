/**
 * HTTP servers on unix sockets and TCP addresses, for supervisord's clients (supervisord.md 4.1, 7.8). What a client sends or
 * leaves out never ends the daemon: headers and bodies have to come in time, connections are limited, garbage is hung up on.
 */
import { lookup } from "node:dns"
import { existsSync } from "node:fs"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { isIPv6, type ListenOptions } from "node:net"
import { constants, userInfo } from "node:os"
import { dirname } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { errnoOf } from "../errnoOf.ts"
import { prepareSocket, probeSocket, type SocketFailure } from "../Sockets.ts"
import { checkWhileConnected } from "./checkWhileConnected.ts"
import { HttpBodies } from "./HttpBodies.ts"
import { HttpConnections } from "./HttpConnections.ts"
import { HttpExchange } from "./HttpExchange.ts"
import { nodeHttp } from "./nodeHttp.ts"

/** supervisord keeps idle connections for half an hour, and its interactive client relies on that. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 30 * 60_000,
  connectionsCheckingInterval: 5_000
}
const backlog = 1024
/** Requests that one connection may have sent before the first is answered. */
const pipelined = 32

/** `text` is supervisord's sentence, without its `Error: `. */
export class ListenRefused extends Data.TaggedError("ListenRefused")<{ readonly text: string }> {}

export type ServerPlace =
  | {
      readonly kind: "unix"
      readonly path: string
      readonly mode: number
      readonly owner: { readonly uid: number; readonly gid: number } | null
    }
  /** Host "" is every IPv4 interface. */
  | { readonly kind: "inet"; readonly host: string; readonly port: number }

/** What servers of one daemon share, so that limits hold over all of them. */
export const httpLimits: Effect.Effect<HttpLimits, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => ({ bodies: new HttpBodies(), connections: new HttpConnections() })),
  ({ connections }) => Effect.sync(() => connections.close())
)
export interface HttpLimits {
  readonly bodies: HttpBodies
  readonly connections: HttpConnections
}

/** Listens until the scope closes; `serve` must not throw. */
export const listenHttp = (
  place: ServerPlace,
  shared: HttpLimits,
  serve: (exchange: HttpExchange) => void
): Effect.Effect<void, ListenRefused, Scope.Scope> =>
  Effect.gen(function* () {
    const server = yield* Effect.acquireRelease(
      Effect.sync(() => makeServer(place.kind === "unix", shared, serve)),
      (server) => Effect.sync(() => server.close())
    )
    if (place.kind === "unix") return yield* listenUnix(server, place)
    const host = place.host === "" ? "0.0.0.0" : yield* resolve(place.host)
    yield* listening(server, { host, port: place.port, backlog })
  })

const makeServer = (
  local: boolean,
  shared: HttpLimits,
  serve: (exchange: HttpExchange) => void
): Server => {
  const server = nodeHttp().createServer({
    ...limits,
    requireHostHeader: false,
    keepAlive: true,
    keepAliveInitialDelay: 60_000
  })
  checkWhileConnected(server)
  const pending = new WeakMap<object, number>()
  server.on("connection", (socket) => shared.connections.add(socket))
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const before = pending.get(socket) ?? 0
    if (before >= pipelined) {
      socket.destroy()
      return
    }
    pending.set(socket, before + 1)
    shared.connections.busy(socket)
    response.on("error", () => socket.destroy())
    response.once("finish", () => {
      const left = (pending.get(socket) ?? 1) - 1
      pending.set(socket, left)
      shared.connections.taken(socket)
      if (left === 0) shared.connections.idle(socket)
    })
    serve(new HttpExchange(request, response, shared, local))
  })
  // Garbage, or too slow: there is nobody to explain it to (supervisord hangs up as well).
  server.on("clientError", (_error, socket) => socket.destroy())
  return server
}

const listenUnix = (server: Server, place: Extract<ServerPlace, { kind: "unix" }>) =>
  Effect.gen(function* () {
    const { path, mode, owner } = place
    if (!existsSync(dirname(path))) return yield* new ListenRefused({ text: cannotOpen("ENOENT") })
    const before = yield* Effect.mapError(probeSocket(path), refusal)
    if (before === "stale") process.stderr.write(`Unlinking stale socket ${path}\n`)
    const prepared = yield* Effect.acquireRelease(
      Effect.mapError(prepareSocket(path), refusal),
      (prepared) => prepared.remove
    )
    yield* listening(server, { path: prepared.listenOn, backlog })
    yield* Effect.mapError(prepared.publish({ mode, owner }), (failure) =>
      failure.reason === "EPERM" && owner !== null
        ? new ListenRefused({ text: notPermitted(path, owner) })
        : refusal(failure)
    )
  })

const listening = (server: Server, options: ListenOptions): Effect.Effect<void, ListenRefused> =>
  Effect.callback((resume) => {
    const refused = (error: Error) => resume(Effect.fail(cannotListen(errnoOf(error))))
    server.once("error", refused)
    server.listen(options, () => {
      server.off("error", refused)
      // Once it listens, a failed accept (no descriptor left) must not end the daemon.
      server.on("error", () => undefined)
      resume(Effect.void)
    })
  })

/** IPv4 only, as supervisord's sockets. */
const resolve = (host: string): Effect.Effect<string, ListenRefused> => {
  if (isIPv6(host)) return Effect.fail(new ListenRefused({ text: cannotOpen("EAI_ADDRFAMILY") }))
  return Effect.callback((resume) => {
    lookup(host, { family: 4 }, (error, address) =>
      resume(error === null ? Effect.succeed(address) : Effect.fail(cannotListen(errnoOf(error))))
    )
  })
}

const refusal = (failure: SocketFailure): ListenRefused => {
  if (failure.reason === "inUse") return cannotListen("EADDRINUSE")
  if (failure.reason !== "notASocket") return cannotListen(failure.reason)
  return new ListenRefused({ text: `Cannot open an HTTP server: ${failure.message}` })
}

const cannotListen = (errno: string): ListenRefused =>
  new ListenRefused({ text: errno === "EADDRINUSE" ? inUse : cannotOpen(errno) })

const inUse =
  "Another program is already listening on a port that one of our HTTP servers is configured to use.  " +
  "Shut this program down first before starting supervisord."

/** getaddrinfo's own numbers, which supervisord prints without a name. */
const resolverErrors: ReadonlyMap<string, number> = new Map([
  ["ENOTFOUND", -2],
  ["EAI_AGAIN", -3],
  ["EAI_ADDRFAMILY", -9]
])

const cannotOpen = (errno: string): string => {
  const resolver = resolverErrors.get(errno)
  if (resolver !== undefined) {
    return `Cannot open an HTTP server: socket.error reported ${resolver}`
  }
  const numbers = new Map<string, number>(Object.entries(constants.errno))
  return `Cannot open an HTTP server: socket.error reported errno.${errno} (${numbers.get(errno) ?? 5})`
}

const notPermitted = (path: string, { uid, gid }: { uid: number; gid: number }): string =>
  `Not permitted to chown ${path} to uid/gid (${uid}, ${gid}); adjust "sockchown" value in config file ` +
  `or on command line to values that the current user (${userName()}) can successfully chown`

const userName = (): string => {
  try {
    return userInfo().username
  } catch {
    return String(process.geteuid?.())
  }
}

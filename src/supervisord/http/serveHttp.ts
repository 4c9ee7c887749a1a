/**
 * The HTTP servers of a supervisord configuration: access, then the first route that knows the path, then the body, then its
 * answer. A request costs one fiber; a client that goes away interrupts it. Nothing that a client does ends the daemon.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { HttpServerSettings, SupervisordConfig } from "../../domain/SupervisordConfig.ts"
import type { HttpExchange } from "../../os/http/HttpExchange.ts"
import {
  httpLimits,
  type ListenRefused,
  listenHttp,
  type ServerPlace
} from "../../os/http/HttpListener.ts"
import type { HttpResponse, HttpRoute } from "../HttpRoute.ts"
import { type Credentials, checkAccess } from "./checkAccess.ts"
import { errorPage, reasonOf } from "./errorPage.ts"

/** The largest known bodies are texts for a program's stdin; files go other ways. */
const largestBody = 16 * 1024 * 1024

/** A server could not listen; `text` is supervisord's sentence, without its `Error: `. */
export type ServerRefused = ListenRefused

/**
 * Listens on all servers of the configuration, in its order, until the scope closes. `hangUp` ends every connection, streams
 * included, when the calls at work have their answers, or after a second.
 */
export const serveHttp = (
  config: Pick<SupervisordConfig, "servers">,
  routes: ReadonlyArray<HttpRoute>
): Effect.Effect<{ readonly hangUp: Effect.Effect<void> }, ServerRefused, Scope.Scope> =>
  Effect.gen(function* () {
    const run = yield* FiberSet.makeRuntime<never, void, never>()
    const limits = yield* httpLimits
    const atWork: AtWork = { calls: 0 }
    for (const settings of config.servers) {
      const server = { routes, credentials: credentialsOf(settings), run, atWork }
      yield* listenHttp(placeOf(settings), limits, (exchange) => serve(server, exchange))
    }
    const hangUp = Effect.sync(() => limits.connections.hangUp())
    return { hangUp: Effect.andThen(allAnswered(atWork), hangUp) }
  })

/** Calls that have no answer yet; a stream that has begun is none. */
interface AtWork {
  calls: number
}

const allAnswered = (atWork: AtWork): Effect.Effect<void> =>
  Effect.repeat(
    Effect.sync(() => atWork.calls === 0),
    { schedule: Schedule.spaced("5 millis"), until: (over) => over }
  ).pipe(Effect.timeoutOrElse({ duration: "1 second", orElse: () => Effect.void }), Effect.asVoid)

/** Answers requests that came another way; whoever may send them may do everything. */
export const serveExchanges = (
  routes: ReadonlyArray<HttpRoute>
): Effect.Effect<(exchange: HttpExchange) => void, never, Scope.Scope> =>
  Effect.map(FiberSet.makeRuntime<never, void, never>(), (run) => {
    const server: Server = { routes, credentials: null, run, atWork: { calls: 0 } }
    return (exchange) => serve(server, exchange)
  })

interface Server {
  readonly routes: ReadonlyArray<HttpRoute>
  /** Null: everybody may. */
  readonly credentials: Credentials | null
  readonly run: (answering: Effect.Effect<void>) => Fiber.Fiber<void>
  readonly atWork: AtWork
}

const serve = (server: Server, exchange: HttpExchange): void => {
  const { length } = exchange
  const path = decodedPath(exchange.path)
  const route = server.routes.find(({ matches }) => matches(path))
  const refused = refusal(server, exchange, route !== undefined)
  if (refused !== null || route === undefined) {
    const response = refused ?? errorPage(404)
    exchange.discardBody(() => send(exchange, response))
  } else if (length === null) {
    exchange.discardBody(() => answer(server, route, exchange, nothing))
  } else {
    exchange.readBody((body) => answer(server, route, exchange, body))
  }
}

const refusal = (server: Server, exchange: HttpExchange, known: boolean): HttpResponse | null => {
  const { method, length, headers } = exchange
  const access = checkAccess(headers.get("authorization"), server.credentials)
  if (access === "refused") return unauthorized
  if (access === "malformed") return errorPage(400)
  if (!known) return errorPage(method === "GET" || method === "HEAD" ? 404 : 400)
  if (length === null && method === "POST") return errorPage(411)
  return length !== null && length > largestBody ? errorPage(413, closing) : null
}

const answer = (server: Server, route: HttpRoute, exchange: HttpExchange, body: Uint8Array) => {
  const { method, path, query, headers, local } = exchange
  const { atWork } = server
  const answering = Effect.suspend(() => {
    atWork.calls++
    return Effect.ensuring(
      route.answer({ method, path, query, headers, body, local }),
      Effect.sync(() => {
        atWork.calls--
      })
    )
  }).pipe(
    Effect.flatMap((response) => {
      const { body } = response
      if (typeof body === "string" || body instanceof Uint8Array) {
        return Effect.sync(() => send(exchange, response))
      }
      return sendStream(exchange, response, body)
    }),
    Effect.catchCause((cause) => failed(exchange, cause))
  )
  const fiber = server.run(answering)
  exchange.onGone(() => fiber.interruptUnsafe())
}

const send = (exchange: HttpExchange, { status, headers, body }: HttpResponse): void => {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return
  exchange.answer(status, reasonOf(status), headers, body)
}

const sendStream = (
  exchange: HttpExchange,
  { status, headers }: HttpResponse,
  stream: Stream.Stream<Uint8Array>
): Effect.Effect<void> =>
  Effect.suspend(() => {
    exchange.begin(status, reasonOf(status), headers)
    return Stream.runForEach(stream, (bytes) =>
      Effect.callback<void>((resume) => {
        const more = () => resume(Effect.void)
        if (exchange.write(bytes, more)) more()
      })
    )
  }).pipe(Effect.andThen(Effect.sync(() => exchange.end())))

/** A client that is gone needs no answer; of one that has the beginning of an answer, the connection tells that it failed. */
const failed = (exchange: HttpExchange, cause: Cause.Cause<never>): Effect.Effect<void> => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.sync(() => exchange.hangUp())
  const told = Effect.sync(() => {
    if (exchange.begun) exchange.hangUp()
    else send(exchange, errorPage(500))
  })
  return Effect.andThen(Effect.logError(`Server Error: ${exchange.path}`, cause), told)
}

const credentialsOf = ({ username, password }: HttpServerSettings): Credentials | null =>
  username === null || username === "" ? null : { username, password: password ?? "" }

const placeOf = (settings: HttpServerSettings): ServerPlace =>
  settings.kind === "inet"
    ? { kind: "inet", host: settings.host, port: settings.port }
    : { kind: "unix", path: settings.file, mode: settings.mode, owner: settings.owner }

const closing: ReadonlyArray<readonly [string, string]> = [["Connection", "close"]]
const unauthorized = errorPage(401, [
  ["Connection", "close"],
  ["WWW-Authenticate", 'Basic realm="default"']
])
/** Routes match paths as supervisord does: decoded. */
const decodedPath = (path: string): string => {
  try {
    return path.includes("%") ? decodeURIComponent(path) : path
  } catch {
    return path
  }
}

const nothing = new Uint8Array(0)

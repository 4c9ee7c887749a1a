/**
 * Requests of supervisord's clients on a server that serves something else as well: exchanges with the limits of supervisord
 * mode. Their connections may be idle for long, as clients rely on, but only so many of them.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { HttpExchange } from "./HttpExchange.ts"
import { httpLimits } from "./HttpListener.ts"

const idleMs = 30 * 60_000
const idleConnections = 64

export type TakeRequest = (request: IncomingMessage, response: ServerResponse) => void

/** `serve` must not throw. */
export const httpFront = (
  serve: (exchange: HttpExchange) => void
): Effect.Effect<TakeRequest, never, Scope.Scope> =>
  Effect.map(httpLimits, (limits) => {
    const known = new WeakSet<Socket>()
    /** By the time they became idle. */
    const idle = new Set<Socket>()
    return (request, response) => {
      const { socket } = request
      if (!known.has(socket)) {
        known.add(socket)
        limits.connections.add(socket)
        socket.once("close", () => idle.delete(socket))
      }
      idle.delete(socket)
      limits.connections.busy(socket)
      response.on("error", () => socket.destroy())
      response.once("finish", () => {
        limits.connections.taken(socket)
        limits.connections.idle(socket)
        if (socket.destroyed) return
        socket.setTimeout(idleMs)
        idle.add(socket)
        const [longest] = idle
        if (idle.size > idleConnections) longest?.destroy()
      })
      serve(new HttpExchange(request, response, limits, true))
    }
  })

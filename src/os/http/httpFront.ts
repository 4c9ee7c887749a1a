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
/** Requests that one connection may have sent before the first is answered. */
const pipelined = 32

export type TakeRequest = (request: IncomingMessage, response: ServerResponse) => void

/** `serve` must not throw. */
export const httpFront = (
  serve: (exchange: HttpExchange) => void
): Effect.Effect<TakeRequest, never, Scope.Scope> =>
  Effect.map(httpLimits, (limits) => {
    const pending = new WeakMap<Socket, number>()
    /** By the time they became idle. */
    const idle = new Set<Socket>()
    return (request, response) => {
      const { socket } = request
      const before = pending.get(socket)
      if (before === undefined) {
        limits.connections.add(socket)
        socket.once("close", () => idle.delete(socket))
      } else if (before >= pipelined) {
        socket.destroy()
        return
      }
      pending.set(socket, (before ?? 0) + 1)
      idle.delete(socket)
      limits.connections.busy(socket)
      response.on("error", () => socket.destroy())
      response.once("finish", () => {
        const left = (pending.get(socket) ?? 1) - 1
        pending.set(socket, left)
        limits.connections.taken(socket)
        if (left > 0 || socket.destroyed) return
        limits.connections.idle(socket)
        socket.setTimeout(idleMs)
        idle.add(socket)
        const [longest] = idle
        if (idle.size > idleConnections) longest?.destroy()
      })
      serve(new HttpExchange(request, response, limits, true))
    }
  })

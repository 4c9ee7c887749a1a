import type { ListeningSocket } from "../domain/ListeningSocket.ts"

/** A socket as supervisord writes it; an address of IPv6, which it does not know, in brackets. */
export const socketUrl = (socket: ListeningSocket): string => {
  if (socket.kind === "unix") return `unix://${socket.path}`
  const host = socket.host.includes(":") ? `[${socket.host}]` : socket.host
  return `tcp://${host}:${socket.port}`
}

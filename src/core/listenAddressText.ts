import type { ListeningSocket } from "../domain/ListeningSocket.ts"

/** An address as it is written in `sockets`. */
export const listenAddressText = (socket: ListeningSocket): string => {
  if (socket.kind === "unix") return `unix:${socket.path}`
  const host = socket.host.includes(":") ? `[${socket.host}]` : socket.host
  return `${host}:${socket.port}`
}

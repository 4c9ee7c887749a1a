/** Whether two sockets cannot listen at the same time, as far as their addresses tell: names are not looked up. */
import type { ListeningSocket } from "../domain/ListeningSocket.ts"

export const socketsOverlap = (one: ListeningSocket, other: ListeningSocket): boolean => {
  if (one.kind === "unix" || other.kind === "unix") {
    return one.kind === "unix" && other.kind === "unix" && one.path === other.path
  }
  if (one.port !== other.port) return false
  return one.host === other.host || covers(one.host, other.host) || covers(other.host, one.host)
}

/** Which sockets can overlap at all: a number of a port, or a path. */
export const socketPlace = (socket: ListeningSocket): string =>
  socket.kind === "unix" ? socket.path : String(socket.port)

/** A host's name is taken for one of version 4, which is what it is looked up as first. */
const covers = (all: string, host: string): boolean => {
  if (all === "") return true
  if (all === "0.0.0.0") return !host.includes(":")
  return all === "::" && host.includes(":")
}

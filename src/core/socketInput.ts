import type { ListeningSocket } from "../domain/ListeningSocket.ts"
import { listenAddressText } from "./listenAddressText.ts"

/** What a JSON text of a socket may hold. */
export type SocketJson = string | { readonly [member: string]: string | number }

/** A socket as it is written in `sockets`: its address, or a record where it has more. */
export const socketInput = (socket: ListeningSocket): SocketJson => {
  const address = listenAddressText(socket)
  const more = {
    ...(socket.backlog === null ? {} : { backlog: socket.backlog }),
    ...(socket.kind === "tcp" ? {} : fileInput(socket))
  }
  return Object.keys(more).length === 0 ? address : { address, ...more }
}

const fileInput = ({ mode, owner }: ListeningSocket & { readonly kind: "unix" }) => ({
  ...(mode === 0o600 ? {} : { mode: mode.toString(8).padStart(4, "0") }),
  ...(owner === null ? {} : { owner })
})

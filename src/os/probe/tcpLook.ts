/** One look of a TCP probe: whether a connection is accepted. It is closed at once; nothing is sent or read. */
import { createConnection } from "node:net"
import * as Effect from "effect/Effect"
import { readTcpAddress } from "../../core/readTcpAddress.ts"
import { errnoOf } from "../errnoOf.ts"
import { lookup } from "./lookup.ts"
import type { Seen } from "./Seen.ts"

export const tcpLook = (text: string): Effect.Effect<Seen> =>
  Effect.callback<Seen>((resume) => {
    const address = readTcpAddress(text)
    if (typeof address === "string") {
      resume(Effect.succeed({ ok: false, text: address }))
      return
    }
    const socket = createConnection(
      address.kind === "unix"
        ? { path: address.path }
        : { host: address.host, port: address.port, lookup }
    )
    socket.on("connect", () => {
      socket.destroy()
      resume(Effect.succeed({ ok: true, text: `${text} accepts` }))
    })
    socket.on("error", (error) => {
      socket.destroy()
      resume(Effect.succeed({ ok: false, text: `${errnoOf(error)} from ${text}` }))
    })
    return Effect.sync(() => {
      socket.destroy()
    })
  })

import type { Server } from "node:http"

/** The longest that a timer of Node takes, milliseconds. */
const never = 2 ** 31 - 1

/**
 * Node looks at a server's connections for requests that come too slowly, every few seconds and also while nobody is connected.
 * From now on it looks only while somebody is: a daemon that is idle is woken by nothing. To be called with a new server.
 */
export const checkWhileConnected = (server: Server & { connectionsCheckingInterval?: unknown }) => {
  const { connectionsCheckingInterval: whileConnected } = server
  // Node's own, which arms the timer by that property; called again it arms it anew.
  const [arm, ...others] = server.listeners("listening")
  if (typeof whileConnected !== "number" || arm === undefined || others.length > 0) return
  const lookEvery = (ms: number) => {
    server.connectionsCheckingInterval = ms
    if (server.listening) Reflect.apply(arm, server, [])
  }
  let connected = 0
  lookEvery(never)
  server.on("connection", (socket) => {
    connected += 1
    if (connected === 1) lookEvery(whileConnected)
    socket.once("close", () => {
      connected -= 1
      if (connected === 0) lookEvery(never)
    })
  })
}

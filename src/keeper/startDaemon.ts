import { KEEPER_PROTOCOL, LOCK_FD, PROTOCOL } from "../core/keeperProtocol.ts"
import { startLinked } from "../os/startLinked.ts"
import type { Knowledge, Life } from "./Knowledge.ts"

/** A new daemon with all that it inherits; or why there is none. `more`: words behind its own. */
export const startDaemon = (known: Knowledge, more: ReadonlyArray<string> = []): Life | string => {
  const { asked, options, sockets } = known
  const inherited = [options.lock ?? null, ...sockets.values()]
  const words = [options.daemon, ...options.daemonArgs, ...more]
  const started = startLinked(words, { [KEEPER_PROTOCOL]: String(PROTOCOL) }, inherited)
  if (typeof started === "string") return started
  return {
    ...started,
    forStop: asked.length > 0,
    sockets: Object.fromEntries([...sockets.keys()].map((name, at) => [name, LOCK_FD + 1 + at])),
    protocol: 1,
    hears: false,
    said: [],
    replacing: null,
    caughtUp: false,
    shown: null,
    rest: ""
  }
}

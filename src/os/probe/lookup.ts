import { lookup as lookUpName } from "node:dns"
import type { LookupFunction } from "node:net"

/**
 * Finds the addresses of a host for a probe. The most usual name needs no thread of the pool, where a name server that hangs
 * would keep others waiting.
 */
export const lookup: LookupFunction = (host, options, give) => {
  if (host !== "localhost") {
    lookUpName(host, options, give)
    return
  }
  const all = [
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 }
  ]
  if (options.all === true) give(null, all)
  else give(null, "127.0.0.1", 4)
}

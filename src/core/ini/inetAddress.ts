/** Ports and addresses of TCP servers, with supervisord's texts of what is wrong (supervisord.md 1.4). */
import * as Result from "effect/Result"
import { repr } from "./pythonText.ts"
import { integer, type Read } from "./valueTypes.ts"

export const portNumber = (text: string): Read<number> =>
  Result.flatMap(integer(text), (port) => {
    if (port < 1) return Result.fail(`${port} is below lower bound (1)`)
    return port > 65535 ? Result.fail(`${port} is above upper bound (65535)`) : Result.succeed(port)
  })

export interface InetAddress {
  /** Lower case; empty: all interfaces. */
  readonly host: string
  readonly port: number
}

/** `port`, `host:port` or `*:port`. */
export const inetAddress = (text: string): Read<InetAddress> => {
  const colon = text.lastIndexOf(":")
  if (colon < 0) {
    return Result.match(portNumber(text), {
      onSuccess: (port) => Result.succeed({ host: "", port }),
      // The blank at the end is supervisord's.
      onFailure: () => Result.fail(`not a valid port number: ${repr(text)} `)
    })
  }
  const digits = text.slice(colon + 1)
  if (digits === "") return Result.fail("no port number specified in ''")
  const host = text.slice(0, colon).toLowerCase()
  return Result.map(portNumber(digits), (port) => ({ host: host === "*" ? "" : host, port }))
}

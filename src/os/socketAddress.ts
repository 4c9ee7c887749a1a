/** Internet addresses as the kernel takes them (sockaddr_in, sockaddr_in6), from a host and a port. */
import { lookup } from "node:dns/promises"
import { isIPv4, isIPv6 } from "node:net"
import * as Effect from "effect/Effect"
import * as libc from "./libc.ts"

export interface SocketAddress {
  readonly family: number
  readonly bytes: Uint8Array
}

/** A resolver that does not answer is no reason to wait for ever. */
const lookupMs = 5_000

/** Null: the host has no address. A name with addresses of both kinds gives the one of IPv4, as supervisord does. */
export const socketAddress = (host: string, port: number): Effect.Effect<SocketAddress | null> =>
  Effect.suspend(() => {
    const known = addressOf(host, port)
    if (known !== null) return Effect.succeed(known)
    return Effect.tryPromise(() => lookup(host, { all: true })).pipe(
      Effect.map((found) => found.toSorted((a, b) => a.family - b.family)[0]),
      Effect.map((first) => (first === undefined ? null : addressOf(first.address, port))),
      Effect.timeoutOrElse({ duration: lookupMs, orElse: () => Effect.succeed(null) }),
      Effect.catch(() => Effect.succeed(null))
    )
  })

const addressOf = (host: string, port: number): SocketAddress | null => {
  if (isIPv4(host)) return { family: libc.AF_INET, bytes: version4(host, port) }
  return isIPv6(host) ? { family: libc.AF_INET6, bytes: version6(host, port) } : null
}

const version4 = (host: string, port: number): Uint8Array => {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt16LE(libc.AF_INET, 0)
  bytes.writeUInt16BE(port, 2)
  for (const [position, part] of host.split(".").entries()) bytes[4 + position] = Number(part)
  return bytes
}

const version6 = (host: string, port: number): Uint8Array => {
  const bytes = Buffer.alloc(28)
  bytes.writeUInt16LE(libc.AF_INET6, 0)
  bytes.writeUInt16BE(port, 2)
  // A URL spells every form in groups of hexadecimal digits, with at most one gap.
  const plain = new URL(`http://[${host.replace(/%.*$/, "")}]`).hostname.slice(1, -1)
  const [before = "", after = ""] = plain.split("::")
  const front = before === "" ? [] : before.split(":")
  const back = after === "" ? [] : after.split(":")
  const gap = Array.from({ length: 8 - front.length - back.length }, () => "0")
  const groups = [...front, ...gap, ...back]
  for (const [position, group] of groups.entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), 8 + 2 * position)
  }
  return bytes
}

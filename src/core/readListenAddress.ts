/** Where a socket of a program listens: `host:port`, `[::1]:port`, `:port`, `unix:path`, or an absolute path. */
import { longestUnixPath } from "../domain/limits.ts"

export type ListenAddress =
  | { readonly kind: "unix"; readonly path: string }
  /** `host` is empty for all addresses of both versions. */
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }

export interface AddressFault {
  readonly kind: "fault"
  readonly text: string
  readonly hint: string | null
}

/** `resolve`: a path from the directory of the defining file on. */
export const readListenAddress = (
  text: string,
  resolve: (path: string) => string
): ListenAddress | AddressFault => {
  if (text.startsWith("unix:")) return unix(text.slice("unix:".length), resolve)
  if (text.startsWith("/")) return unix(text, resolve)
  const shown = JSON.stringify(text)
  const found = /^(?:\[([^[\]\s]+)\]|([^:\s[\]/]*)):(\d{1,5})$/.exec(text)
  if (found === null) {
    return /^\d{1,5}$/.test(text)
      ? fault(`${shown} has no host`, `write "127.0.0.1:${text}", or ":${text}" for all addresses`)
      : fault(
          `expected an address such as "127.0.0.1:8080" or "unix:/run/web.sock", found ${shown}`
        )
  }
  const port = Number(found[3])
  if (port < 1 || port > 65_535) return fault(`expected a port from 1 to 65535, found ${found[3]}`)
  const [, version6, other = ""] = found
  if (version6 !== undefined) {
    const host = canonical(version6)
    return host === null
      ? fault(`${JSON.stringify(version6)} is no address of IPv6`)
      : { kind: "tcp", host, port }
  }
  return /^[\d.]+$/.test(other) && !isVersion4(other)
    ? fault(`${JSON.stringify(other)} is no address of IPv4`)
    : { kind: "tcp", host: other.toLowerCase(), port }
}

const unix = (path: string, resolve: (path: string) => string): ListenAddress | AddressFault => {
  if (path === "") return fault("names no file", 'write "unix:/run/web.sock"')
  if (path.startsWith("@")) {
    return fault("an abstract socket has no file whose mode protects it", "write a path")
  }
  if (/^~(\/|$)/.test(path)) {
    return fault(`${JSON.stringify(path)} is not expanded; write the path in full`)
  }
  if (path.endsWith("/")) return fault(`${JSON.stringify(path)} names a directory`)
  const full = resolve(path)
  return new TextEncoder().encode(full).length > longestUnixPath
    ? fault(`the path of a socket has at most ${longestUnixPath} bytes: ${full}`)
    : { kind: "unix", path: full }
}

const fault = (text: string, hint: string | null = null): AddressFault => ({
  kind: "fault",
  text,
  hint
})

const isVersion4 = (host: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(host) && host.split(".").every((part) => Number(part) <= 255)

/** One spelling for one address: two programs must not share it unnoticed. */
const canonical = (host: string): string | null =>
  URL.canParse(`http://[${host}]`) ? new URL(`http://[${host}]`).hostname.slice(1, -1) : null

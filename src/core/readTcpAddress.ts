/** Where a TCP probe connects to: `host:port`, `[::1]:port`, a port of 127.0.0.1, or `unix:/path`. */
import { longestUnixPath } from "../domain/limits.ts"

export type TcpAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }

/** A text says what is wrong. */
export const readTcpAddress = (text: string): TcpAddress | string => {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length)
    if (!path.startsWith("/")) return "the path of a socket is absolute: unix:/run/app.sock"
    return new TextEncoder().encode(path).length > longestUnixPath
      ? `the path of a socket has at most ${longestUnixPath} bytes: ${path}`
      : { kind: "unix", path }
  }
  const found = /^(?:(?:\[([^\]\s]+)\]|([^:\s[\]]*)):)?(\d{1,5})$/.exec(text)
  const port = Number(found?.[3] ?? 0)
  if (found === null || port < 1 || port > 65_535) {
    return `expected an address such as "127.0.0.1:5432", found ${JSON.stringify(text)}`
  }
  const host = found[1] ?? found[2] ?? ""
  return { kind: "tcp", host: host === "" ? "127.0.0.1" : host, port }
}

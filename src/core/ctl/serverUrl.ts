/** Where a server is, from `serverurl` (supervisord.md 1.10): a unix socket or a TCP port. Never connects. */
import { repr } from "../ini/pythonText.ts"
import { ClientError } from "./ClientError.ts"

export type ServerAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }

interface UrlParts {
  /** In lower case; empty: none. */
  readonly scheme: string
  readonly place: string
  readonly path: string
}

/** As far as `urlparse` is asked for it. */
const partsOf = (url: string): UrlParts => {
  const [, scheme = "", rest = url] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(url) ?? []
  const [, place = "", path = ""] = /^(?:\/\/([^/?#]*))?([^?#;]*)/.exec(rest) ?? []
  return { scheme: scheme.toLowerCase(), place, path }
}

/** The value type of `-s`: null where it is none, else the sentence. */
export const urlFault = (value: string): string | null => {
  const { path, place, scheme } = partsOf(value)
  return scheme !== "" && (place !== "" || path !== "") ? null : `value ${repr(value)} is not a URL`
}

/** What `open` takes. */
export const isOpenable = (url: string): boolean => ["unix", "http"].includes(partsOf(url).scheme)

/** Throws what supervisorctl raises before it connects. */
export const serverAddress = (url: string): ServerAddress => {
  if (url.startsWith("unix://")) return { kind: "unix", path: url.slice("unix://".length) }
  if (!url.startsWith("http://")) {
    throw new ClientError("ValueError", `Unknown protocol for serverurl ${url}`)
  }
  const { place } = partsOf(url)
  const authority = place.slice(place.lastIndexOf("@") + 1)
  const [, bracketed, plain = "", digits = ""] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(authority) ?? []
  if (!/^\d*$/.test(digits)) {
    const message = `Port could not be cast to integer value as ${repr(digits)}`
    throw new ClientError("ValueError", message)
  }
  const port = digits === "" ? 80 : Number(digits)
  if (port > 65_535) throw new ClientError("ValueError", "Port out of range 0-65535")
  return { kind: "tcp", host: (bracketed ?? plain).toLowerCase(), port }
}

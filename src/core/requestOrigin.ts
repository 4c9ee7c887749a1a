/**
 * Whom a browser may be speaking for when it comes over TCP. A page of another site can make it send requests (Origin tells),
 * and can give its own name this machine's address (Host tells). Clients that are no browsers send what they like: these checks
 * protect people's browsers, passwords protect against others.
 */

/** Names that can only mean the machine that is asked: addresses, this machine's names, and those of the configuration. */
export const isKnownHost = (header: string | undefined, names: ReadonlyArray<string>): boolean => {
  if (header === undefined) return true
  const host = hostOf(header)
  if (host === null) return false
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    /^\[[0-9a-f:.]+\]$/u.test(host) ||
    /^\d{1,3}(?:\.\d{1,3}){3}$/u.test(host) ||
    names.some((name) => name.toLowerCase() === host)
  )
}

/** Absent is not foreign: only browsers send it, and they do with every form. */
export const isForeignOrigin = (origin: string | undefined, host: string | undefined): boolean => {
  if (origin === undefined) return false
  const match = /^https?:\/\/([^/]+)$/iu.exec(origin)
  return match === null || host === undefined || match[1]?.toLowerCase() !== host.toLowerCase()
}

/** Lower case, without the port; null: it is no host. */
const hostOf = (header: string): string | null =>
  /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/iu.exec(header.trim())?.[1]?.toLowerCase() ?? null

/** The header as it stands in `http://⟨host⟩/`, without port 80; null: it is no host. */
export const urlHost = (header: string): string | null =>
  hostOf(header) === null ? null : header.trim().replace(/:80$/u, "")

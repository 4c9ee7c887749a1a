/** Basic authentication as supervisord's servers ask for it, on every path (supervisord.md 4.1). */
import { isPassword, isSameSecret } from "../../os/secrets.ts"

export interface Credentials {
  readonly username: string
  /** Plain, or `{SHA}` and a digest. */
  readonly password: string
}

/** "malformed" is answered with 400; supervisord answers 500 where the colon is missing. */
export const checkAccess = (
  header: string | undefined,
  wanted: Credentials | null
): "granted" | "refused" | "malformed" => {
  if (wanted === null) return "granted"
  const [, scheme = "", cookie = ""] = /^([^ ]+) (.*)$/.exec(header ?? "") ?? []
  if (scheme.toLowerCase() !== "basic") return "refused"
  const decoded = decode(cookie)
  const colon = decoded?.indexOf(":") ?? -1
  if (decoded === null || colon === -1) return "malformed"
  // Both are looked at, so that the time does not tell which one was wrong.
  const user = isSameSecret(decoded.slice(0, colon), wanted.username)
  const password = isPassword(decoded.slice(colon + 1), wanted.password)
  return user && password ? "granted" : "refused"
}

const decode = (cookie: string): string | null => {
  try {
    const bytes = Uint8Array.from(atob(cookie), (character) => character.charCodeAt(0))
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Passwords are compared in a time that does not tell how much of them was right. */
import { hash, timingSafeEqual } from "node:crypto"

/** `stored` is plain, or `{SHA}` and the lower-case hexadecimal SHA-1 of the password (supervisord.md 1.9). */
export const isPassword = (given: string, stored: string): boolean =>
  stored.startsWith("{SHA}")
    ? isSameSecret(hash("sha1", given, "hex"), stored.slice(5))
    : isSameSecret(given, stored)

export const isSameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(hash("sha256", one, "buffer"), hash("sha256", other, "buffer"))

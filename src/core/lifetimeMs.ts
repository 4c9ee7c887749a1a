/**
 * How long a process may run: `restart.maxLifetime`, less a share that is the process's own. It is drawn from its spawn id: so it
 * is the same for the next daemon, and processes that were started together do not end together.
 */
import type { Definition } from "../domain/Definition.ts"

/** Milliseconds; null: for ever. */
export const lifetimeMs = (
  { lifetimeVariance, maxLifetimeMs }: Definition["restart"],
  spawnId: string
): number | null =>
  maxLifetimeMs === null ? null : maxLifetimeMs * (1 - lifetimeVariance * drawnFrom(spawnId))

/** From 0 to below 1, evenly spread (FNV-1a, and a last mixing: ids differ in their last characters only). */
const drawnFrom = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/**
 * How long a process may run: `restart.maxLifetime`, less a share that is the process's own. It is drawn from its spawn id: so it
 * is the same for the next daemon, and processes that were started together do not end together.
 */
import type { Definition } from "../domain/Definition.ts"
import { drawnFrom } from "./drawnFrom.ts"

/** Milliseconds; null: for ever. */
export const lifetimeMs = (
  { lifetimeVariance, maxLifetimeMs }: Definition["restart"],
  spawnId: string
): number | null =>
  maxLifetimeMs === null ? null : maxLifetimeMs * (1 - lifetimeVariance * drawnFrom(spawnId))

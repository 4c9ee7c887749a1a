/**
 * A database that is damaged must not keep programs unsupervised: it is put aside under a name of its own, a new one is begun,
 * and what that means is said. Nothing else is ever put aside: a file of a newer reeve, or one that cannot be reached, stays.
 */
import { type Database, existsDatabase, putAside } from "../os/sqlite.ts"
import { storeFailure } from "./openStore.ts"

export interface Opened {
  readonly database: Database
  /** One sentence; null: it was in order. */
  readonly rebuilt: string | null
  /** One sentence, true where a daemon ran before; null: there was one. */
  readonly begun: string | null
}

/** Throws StoreFailure. `lost`: what the old one knew. */
export const openOrRebuild = (
  path: string,
  open: (path: string) => Database,
  options: { readonly now: number; readonly lost: string }
): Opened => {
  const begun = existsDatabase(path)
    ? null
    : `${path} was gone; a new one was begun. Lost: ${options.lost}`
  try {
    return { database: open(path), rebuilt: null, begun }
  } catch (cause) {
    const failure = storeFailure(path, cause)
    if (path === ":memory:" || failure.kind !== "damaged") throw failure
    const aside = `${path}.damaged-${Math.round(options.now)}`
    if (!putAside(path, aside)) throw failure
    const database = open(path)
    return {
      database,
      begun: null,
      rebuilt: `${path} was damaged and is now ${aside}; a new one was begun. Lost: ${options.lost}`
    }
  }
}

/** Opens SQLite databases. Synchronous; everything here throws what SQLite says, and store/ turns that into typed failures. */
import { existsSync, statSync } from "node:fs"
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import { pathToFileURL } from "node:url"

export type Database = DatabaseSync
export type Row = Readonly<Record<string, SQLOutputValue>>
/** A value that stands for a `?` of a statement. */
export type Parameter = null | number | string

/**
 * Node 22 warns on stderr that SQLite is experimental, whenever it is loaded; a user of reeve can do nothing about it. Loaded
 * at first use, so that commands without a database do without it.
 */
const sqlite = (): typeof import("node:sqlite") => {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule("node:sqlite")
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Creates the file when it does not exist. ":memory:" keeps everything in memory. */
export const openDatabase = (path: string, busyTimeoutMs: number): Database =>
  new (sqlite().DatabaseSync)(path, { timeout: busyTimeoutMs })

/**
 * Opens for reading and leaves the directory as it is: null when there is no such file. A database in WAL mode whose log
 * is gone (closed in order) is opened as immutable, as SQLite would create the log anew otherwise.
 */
export const openDatabaseToRead = (path: string, busyTimeoutMs: number): Database | null => {
  if (!existsSync(path)) return null
  const log = `${path}-wal`
  const closed = !existsSync(log) || statSync(log).size === 0
  const location = pathToFileURL(path)
  if (closed) location.searchParams.set("immutable", "1")
  return new (sqlite().DatabaseSync)(location, { readOnly: true, timeout: busyTimeoutMs })
}

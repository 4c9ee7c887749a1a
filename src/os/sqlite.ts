/** Opens SQLite databases. Synchronous; everything here throws what SQLite says, and store/ turns that into typed failures. */
import { existsSync, statSync } from "node:fs"
import { DatabaseSync, type SQLOutputValue } from "node:sqlite"
import { pathToFileURL } from "node:url"

export type Database = DatabaseSync
export type Row = Readonly<Record<string, SQLOutputValue>>
/** A value that stands for a `?` of a statement. */
export type Parameter = null | number | string

/** Creates the file when it does not exist. ":memory:" keeps everything in memory. */
export const openDatabase = (path: string, busyTimeoutMs: number): Database =>
  new DatabaseSync(path, { timeout: busyTimeoutMs })

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
  return new DatabaseSync(location, { readOnly: true, timeout: busyTimeoutMs })
}

/** Opens SQLite databases. Synchronous; everything here throws what SQLite says, and store/ turns that into typed failures. */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  openSync,
  renameSync,
  rmSync,
  statSync
} from "node:fs"
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { holdsMemory } from "./memoryHolders.ts"

export type Database = DatabaseSync
export type Row = Readonly<Record<string, SQLOutputValue>>

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

/**
 * Creates the file when it does not exist. Only its owner may read it, whatever the umask and the directory allow: SQLite gives
 * its log the same mode. ":memory:" keeps everything in memory.
 */
export const openDatabase = (path: string, busyTimeoutMs: number): Database => {
  if (path !== ":memory:") makePrivate(path)
  const database = new (sqlite().DatabaseSync)(path, { timeout: busyTimeoutMs })
  holdsMemory(() => {
    if (database.isOpen) database.exec("PRAGMA shrink_memory")
    return database.isOpen
  })
  return database
}

export const existsDatabase = (path: string): boolean => existsSync(path)

/** Renames a database; false: that was not possible. Its log goes: it would be taken for that of the next one. */
export const putAside = (path: string, aside: string): boolean => {
  try {
    renameSync(path, aside)
    for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true })
    return true
  } catch {
    return false
  }
}

const makePrivate = (path: string): void => {
  const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants
  const file = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
  try {
    fchmodSync(file, 0o600)
  } finally {
    closeSync(file)
  }
}

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

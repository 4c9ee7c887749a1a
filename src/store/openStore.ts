/**
 * Opens a database and brings it to the newest shape; or refuses with a sentence that says what to do. A file of a newer
 * reeve is never touched.
 */
import { storeBusyMs } from "../domain/limits.ts"
import { type Database, openDatabase, openDatabaseToRead } from "../os/sqlite.ts"
import { type Migration, runtimeMigrations, stateMigrations } from "./migrations.ts"
import { StoreFailure } from "./Store.ts"

export interface StoreFiles {
  /** Generations, journal, overrides, last known instances. ":memory:" for tests. */
  readonly stateFile: string
  /** Process facts of this boot, on tmpfs. */
  readonly runtimeFile: string
}

/** Kept for good: a commit is on the disk when it returns. Throws StoreFailure. */
export const openState = (path: string, now: number): Database =>
  open(path, stateMigrations, now, "FULL")

/** On tmpfs: nothing here outlives the boot anyway, so nothing waits for a disk. Throws StoreFailure. */
export const openRuntime = (path: string, now: number): Database =>
  open(path, runtimeMigrations, now, "OFF")

/** For reading only; null when there is no such file. Throws StoreFailure. */
export const openStateToRead = (path: string): Database | null => openToRead(path, stateMigrations)
export const openRuntimeToRead = (path: string): Database | null =>
  openToRead(path, runtimeMigrations)

/** Why not, where one of them was written by a newer reeve than this one; what else may be wrong with them is no matter here. */
export const checkSchemas = ({ runtimeFile, stateFile }: StoreFiles): StoreFailure | null => {
  for (const open of [() => openStateToRead(stateFile), () => openRuntimeToRead(runtimeFile)]) {
    try {
      open()?.close()
    } catch (cause) {
      if (cause instanceof StoreFailure && cause.kind === "newer") return cause
    }
  }
  return null
}

/** One sentence for what SQLite reported about a file. */
export const storeFailure = (path: string, cause: unknown): StoreFailure => {
  if (cause instanceof StoreFailure) return cause
  const text = cause instanceof Error ? cause.message : String(cause)
  const isDamaged = damaged.test(text)
  return new StoreFailure({
    kind: isDamaged ? "damaged" : "unusable",
    message: isDamaged
      ? `${path} is damaged (${text}): move it away to begin a new one; the files that declare programs are not affected`
      : `${path} cannot be used (${text}): check that its directory exists, belongs to you and has space left`
  })
}

const damaged = /not a database|malformed|corrupt|no such table|no such column/i

const open = (
  path: string,
  migrations: ReadonlyArray<Migration>,
  now: number,
  synchronous: "FULL" | "OFF"
): Database => {
  try {
    const database = openDatabase(path, storeBusyMs)
    try {
      // Read before anything is written: a newer file must stay as it is.
      refuseNewer(path, versionOf(database), migrations)
      database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`)
      migrate(database, migrations, now)
      // What is small is looked through: a daemon must not find out in the middle of its work.
      if (synchronous === "OFF") check(database)
      return database
    } catch (cause) {
      database.close()
      throw cause
    }
  } catch (cause) {
    throw storeFailure(path, cause)
  }
}

const check = (database: Database): void => {
  const found = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"]
  if (found !== "ok") throw new Error(`database disk image is malformed: ${String(found)}`)
}

const openToRead = (path: string, migrations: ReadonlyArray<Migration>): Database | null => {
  try {
    const database = openDatabaseToRead(path, storeBusyMs)
    if (database === null) return null
    try {
      const version = versionOf(database)
      refuseNewer(path, version, migrations)
      if (version < newest(migrations)) {
        database.close()
        return null
      }
      return database
    } catch (cause) {
      database.close()
      throw cause
    }
  } catch (cause) {
    throw storeFailure(path, cause)
  }
}

const migrate = (database: Database, migrations: ReadonlyArray<Migration>, now: number): void => {
  database.exec("BEGIN IMMEDIATE")
  try {
    const done = versionOf(database)
    database.exec(
      "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, applied_at REAL NOT NULL) STRICT"
    )
    const record = database.prepare("INSERT INTO migrations (number, applied_at) VALUES (?, ?)")
    for (const { number, sql } of migrations) {
      if (number <= done) continue
      database.exec(sql)
      record.run(number, now)
    }
    database.exec("COMMIT")
  } catch (cause) {
    database.exec("ROLLBACK")
    throw cause
  }
}

/** Number of the last migration; 0 for a new file. */
const versionOf = (database: Database): number => {
  const table = database
    .prepare("SELECT 1 AS found FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'")
    .get()
  if (table === undefined) return 0
  const version = database.prepare("SELECT max(number) AS version FROM migrations").get()?.[
    "version"
  ]
  return typeof version === "number" ? version : 0
}

const newest = (migrations: ReadonlyArray<Migration>): number => migrations.at(-1)?.number ?? 0

const refuseNewer = (path: string, version: number, migrations: ReadonlyArray<Migration>): void => {
  const known = newest(migrations)
  if (version <= known) return
  const what = `${path} was written by a newer reeve (schema ${version}, this one knows ${known})`
  throw new StoreFailure({
    kind: "newer",
    message: `${what}: install that version, or name another directory with --state-dir`
  })
}

/**
 * Many small records of one turn of the event loop in one transaction. A record's effect ends when it is in the store, never
 * before. "FULL": on the disk by then, a thousand as soon as one. "NORMAL": survives the death of the daemon, but a power cut
 * may cost the newest, which is the price of not waiting for a disk at every change of state. "OFF": of a database that is opened
 * so, since nothing in it outlives the boot.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { storeBusyMs } from "../domain/limits.ts"
import type { Database } from "../os/sqlite.ts"
import type { StoreFailure } from "./Store.ts"

export type Durability = "FULL" | "NORMAL" | "OFF"

interface Batch {
  readonly writes: Array<() => void>
  readonly done: Deferred.Deferred<void, StoreFailure>
}

export class GroupCommit {
  private open: Batch | null = null
  /** The batch before could not be written: the next one does not wait for a lock, as everything else would wait with it. */
  private failing = false
  private readonly database: Database
  private readonly durability: Durability
  private readonly failure: (cause: unknown) => StoreFailure
  private readonly onRollback: () => void

  constructor(options: {
    readonly database: Database
    readonly durability: Durability
    readonly failure: (cause: unknown) => StoreFailure
    /** What was remembered of the failed batch's writes must be forgotten. */
    readonly onRollback: () => void
  }) {
    this.database = options.database
    this.durability = options.durability
    this.failure = options.failure
    this.onRollback = options.onRollback
  }

  /** `write` runs inside the transaction; writes keep the order in which they were handed in. */
  submit(write: () => void): Effect.Effect<void, StoreFailure> {
    return Effect.suspend(() => {
      if (this.open !== null) {
        this.open.writes.push(write)
        return Deferred.await(this.open.done)
      }
      const batch: Batch = { writes: [write], done: Deferred.makeUnsafe() }
      this.open = batch
      // The others of the turn join before. On its own, so that all who wait go on in the order in which they handed in.
      const commit = Effect.andThen(
        Effect.yieldNow,
        Effect.suspend(() => this.commit(batch))
      )
      // The first of them must not go away before: the database may be closed then.
      return Effect.uninterruptible(
        Effect.andThen(
          Effect.forkDetach(commit, { startImmediately: true }),
          Deferred.await(batch.done)
        )
      )
    })
  }

  private commit(batch: Batch): Effect.Effect<void> {
    this.open = null
    const result = Effect.try({
      try: () => {
        const write = () =>
          transaction(this.database, this.durability, () => {
            for (const one of batch.writes) one()
          })
        if (this.failing) withoutWaiting(this.database, write)
        else write()
        this.failing = false
      },
      catch: (cause) => {
        this.failing = true
        this.onRollback()
        return this.failure(cause)
      }
    })
    return Effect.asVoid(
      Effect.flatMap(Effect.exit(result), (exit) => Deferred.done(batch.done, exit))
    )
  }
}

const withoutWaiting = (database: Database, write: () => void): void => {
  database.exec("PRAGMA busy_timeout = 0")
  try {
    write()
  } finally {
    database.exec(`PRAGMA busy_timeout = ${storeBusyMs}`)
  }
}

/** "FULL": on the disk when it returns. "NORMAL" and "OFF": survives the process, not a power cut. */
export const transaction = (database: Database, durability: Durability, work: () => void): void => {
  if (durability === "NORMAL") database.exec("PRAGMA synchronous = NORMAL")
  try {
    database.exec("BEGIN IMMEDIATE")
    try {
      work()
      database.exec("COMMIT")
    } catch (cause) {
      // A full disk makes SQLite roll back by itself; a second rollback would hide why.
      if (database.isTransaction) database.exec("ROLLBACK")
      throw cause
    }
  } finally {
    if (durability === "NORMAL") database.exec("PRAGMA synchronous = FULL")
  }
}

/**
 * Tasks that have completed: one row each, on the disk when the call returns. Rows outlive the instances they are of, so that a
 * task that comes back is not run again; the oldest go when there are too many.
 */
import * as Effect from "effect/Effect"
import type { Completion } from "../domain/Completion.ts"
import { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import { storedCompletions } from "../domain/limits.ts"
import type { Database, Row } from "../os/sqlite.ts"
import { eachReadable, jsonColumn, number, type Tell, text } from "./rows.ts"
import type { Store, StoreFailure } from "./Store.ts"

export const readCompletions = (database: Database, tell: Tell) => {
  const list = database.prepare("SELECT * FROM completions ORDER BY key")
  const at = { table: "completed tasks", tell }
  return { list: () => eachReadable(list.all(), completionOf, at) }
}

const writeCompletions = (database: Database) => {
  const put = database.prepare(
    "INSERT OR REPLACE INTO completions (key, spec, at) VALUES (?, ?, ?)"
  )
  const remove = database.prepare("DELETE FROM completions WHERE key = ?")
  const trim = database.prepare(
    `DELETE FROM completions WHERE key IN
      (SELECT key FROM completions ORDER BY at DESC LIMIT -1 OFFSET ${storedCompletions})`
  )
  return {
    put: ({ at, key, spec }: Completion): void => {
      put.run(key, JSON.stringify(spec), at)
      trim.run()
    },
    remove: (key: InstanceKey): void => {
      remove.run(key)
    }
  }
}

interface Means {
  readonly tell: Tell
  readonly read: <A>(work: () => A) => Effect.Effect<A, StoreFailure>
  readonly submit: (write: () => void) => Effect.Effect<void, StoreFailure>
}

/** Each plan asks for all of them, so they are read once and known from then on. */
export const keepCompletions = (
  database: Database,
  { read, submit, tell }: Means
): Store["Service"]["completions"] => {
  const { list } = readCompletions(database, tell)
  const write = writeCompletions(database)
  let known: Map<InstanceKey, Completion> | null = null
  const all = (): Map<InstanceKey, Completion> => {
    // More than are kept: some of them have gone.
    if (known === null || known.size > storedCompletions) {
      known = new Map(list().map((it) => [it.key, it]))
    }
    return known
  }
  return {
    list: read(() => [...all().values()]),
    get: (key) => read(() => all().get(key) ?? null),
    put: (completion) =>
      Effect.tap(
        submit(() => write.put(completion)),
        () => Effect.sync(() => known?.set(completion.key, completion))
      ),
    remove: (key) =>
      Effect.tap(
        submit(() => write.remove(key)),
        () => Effect.sync(() => known?.delete(key))
      )
  }
}

const specOf = jsonColumn("specification of a completed task", InstanceSpec)

const completionOf = (row: Row): Completion => {
  const key = InstanceKey.make(text(row, "key"))
  // The key of the row holds: the specification may have been written before a rename.
  return { key, spec: { ...specOf(text(row, "spec")), key }, at: number(row, "at") }
}

/** What happened, in order, bounded: the oldest events go when there are more than the limit. */
import { type Event, EventBody } from "../domain/Event.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { journalEvents } from "../domain/limits.ts"
import type { Database, Row } from "../os/sqlite.ts"
import { eachReadable, jsonColumn, number, type Tell, text } from "./rows.ts"

export const readJournal = (database: Database, tell: Tell) => {
  const at = { table: "events", tell }
  const after = database.prepare("SELECT * FROM journal WHERE id > ? ORDER BY id LIMIT ?")
  const afterOf = database.prepare(
    "SELECT * FROM journal WHERE instance = ? AND id > ? ORDER BY id LIMIT ?"
  )
  const newest = database.prepare("SELECT * FROM journal ORDER BY id DESC LIMIT ?")
  const newestOf = database.prepare(
    "SELECT * FROM journal WHERE instance = ? ORDER BY id DESC LIMIT ?"
  )
  return {
    list: (query: {
      readonly instance: InstanceKey | null
      readonly after: number
      readonly limit: number
    }): ReadonlyArray<Event> => {
      const rows =
        query.instance === null
          ? after.all(query.after, query.limit)
          : afterOf.all(query.instance, query.after, query.limit)
      return eachReadable(rows, eventOf, at)
    },
    tail: (query: {
      readonly instance: InstanceKey | null
      readonly limit: number
    }): ReadonlyArray<Event> => {
      const rows =
        query.instance === null
          ? newest.all(query.limit)
          : newestOf.all(query.instance, query.limit)
      return eachReadable(rows, eventOf, at).toReversed()
    }
  }
}

/** Must run inside a transaction. Gives the id. */
export const writeJournal = (database: Database) => {
  const insert = database.prepare("INSERT INTO journal (at, instance, body) VALUES (?, ?, ?)")
  const prune = database.prepare("DELETE FROM journal WHERE id <= ?")
  return (at: number, body: EventBody): number => {
    const instance = "instance" in body ? body.instance : null
    const id = Number(insert.run(at, instance, JSON.stringify(body)).lastInsertRowid)
    if (id % pruneEvery === 0) prune.run(id - journalEvents)
    return id
  }
}

/** Seldom enough to cost nothing, often enough to delete few at a time. */
const pruneEvery = 1_000

const bodyOf = jsonColumn("event", EventBody)

const eventOf = (row: Row): Event => ({
  id: number(row, "id"),
  at: number(row, "at"),
  body: bodyOf(text(row, "body"))
})

/** Accepted desired states, whole. Their contents are apart and read only where they are asked for: lists stay cheap. */
import { Revision } from "../domain/Desired.ts"
import { type Generation, type GenerationSummary, Outcome } from "../domain/Generation.ts"
import {
  storedGenerations,
  storedGenerationsBytes,
  storedGenerationsLeast
} from "../domain/limits.ts"
import type { Database, Row } from "../os/sqlite.ts"
import { readContents, writeContents } from "./contents.ts"
import { transaction } from "./GroupCommit.ts"
import { writePin } from "./pin.ts"
import {
  eachReadable,
  jsonColumn,
  number,
  numberOrNull,
  type Tell,
  text,
  textOrNull
} from "./rows.ts"
import type { NewGeneration } from "./Store.ts"

export const readGenerations = (database: Database, tell: Tell) => {
  const list = database.prepare("SELECT * FROM generations ORDER BY number DESC LIMIT ?")
  const get = database.prepare("SELECT * FROM generations WHERE number = ?")
  const latest = database.prepare("SELECT * FROM generations ORDER BY number DESC LIMIT 1")
  const contents = readContents(database)
  const whole = (row: Row | undefined): Generation | null =>
    row === undefined ? null : { ...summaryOf(row), ...contents(number(row, "number")) }
  return {
    list: (limit: number): ReadonlyArray<GenerationSummary> =>
      eachReadable(list.all(limit), summaryOf, { table: "generations", tell }),
    get: (wanted: number): Generation | null => whole(get.get(wanted)),
    latest: (): Generation | null => whole(latest.get())
  }
}

export const writeGenerations = (database: Database) => {
  const insert = database.prepare(
    `INSERT INTO generations (hash, git, accepted_at, who, outcome, detail, actions, rollback_of, reason)
     VALUES (?, ?, ?, ?, 'applying', NULL, ?, ?, ?)`
  )
  const measure = database.prepare("UPDATE generations SET bytes = ? WHERE number = ?")
  // All that goes is older than all that stays, as numbers rise.
  const newestToGo = database.prepare(
    `SELECT max(number) AS number FROM generations WHERE number <= ? OR (number <= ? AND number IN (
       SELECT number FROM (
         SELECT number, sum(bytes) OVER (ORDER BY number DESC) AS total FROM generations
       ) WHERE total > ?))`
  )
  const remove = database.prepare("DELETE FROM generations WHERE number <= ?")
  const outcome = database.prepare(
    "UPDATE generations SET outcome = ?, detail = ? WHERE number = ?"
  )
  // What was applied once stays so where it was only at work again, to follow a dependency, when the next one came.
  const superseded = database.prepare(
    "UPDATE generations SET outcome = 'superseded', detail = ? WHERE number = ? AND outcome = 'applying'"
  )
  const good = database.prepare("UPDATE generations SET good = max(0, good + ?) WHERE number = ?")
  const contents = writeContents(database)
  const { putPin } = writePin(database)
  const prune = (added: number): void => {
    const [oldest, spared] = [added - storedGenerations, added - storedGenerationsLeast]
    const last = newestToGo.get(oldest, spared, storedGenerationsBytes)?.["number"]
    if (typeof last !== "number") return
    remove.run(last)
    contents.prune(last)
  }
  return {
    append: ({ at, desired, pinned, plan, undoes, who }: NewGeneration): number => {
      const git = JSON.stringify(desired.git)
      let added = 0
      let keep = (): void => undefined
      transaction(database, "FULL", () => {
        const { rollbackOf = null, reason = null } = undoes ?? pinned ?? {}
        const count = plan.actions.length
        added = Number(
          insert.run(desired.hash, git, at, who, count, rollbackOf, reason).lastInsertRowid
        )
        if (undoes !== undefined) outcome.run("rolledBack", undoes.detail, undoes.number)
        if (pinned !== undefined) putPin({ generation: rollbackOf ?? added, who, at, reason })
        const put = contents.put(added, desired, plan)
        keep = put.keep
        measure.run(put.size, added)
        prune(added)
      })
      keep()
      return added
    },
    setOutcome: (wanted: number, value: Outcome, detail: string | null): void => {
      if (value === "superseded") superseded.run(detail, wanted)
      else outcome.run(value, detail, wanted)
      // The second is only ever said of an apply of which the first was said.
      if (value === "applied") good.run(1, wanted)
      if (value === "unhealthy") good.run(-1, wanted)
    }
  }
}

const gitOf = jsonColumn("git state of a generation", Revision)

const summaryOf = (row: Row): GenerationSummary => ({
  number: number(row, "number"),
  hash: text(row, "hash"),
  git: gitOf(text(row, "git")),
  acceptedAt: number(row, "accepted_at"),
  who: text(row, "who"),
  outcome: outcomeOf(text(row, "outcome")),
  good: number(row, "good") > 0,
  detail: textOrNull(row, "detail"),
  actions: number(row, "actions"),
  rollbackOf: numberOrNull(row, "rollback_of"),
  reason: textOrNull(row, "reason")
})

const outcomeOf = (value: string): Outcome => {
  const found = Outcome.literals.find((literal) => literal === value)
  if (found === undefined) throw new Error(`corrupt row: ${value} is no outcome`)
  return found
}

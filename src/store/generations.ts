/** Accepted desired states, whole. Their content is read only where it is asked for: lists stay cheap. */
import { Desired, Revision } from "../domain/Desired.ts"
import { type Generation, type GenerationSummary, Outcome } from "../domain/Generation.ts"
import {
  storedGenerations,
  storedGenerationsBytes,
  storedGenerationsLeast
} from "../domain/limits.ts"
import { Plan } from "../domain/Plan.ts"
import type { Database, Row } from "../os/sqlite.ts"
import { transaction } from "./GroupCommit.ts"
import { jsonColumn, number, text, textOrNull } from "./rows.ts"

const summaryColumns = "number, hash, git, accepted_at, who, outcome, detail, actions"

export const readGenerations = (database: Database) => {
  const list = database.prepare(
    `SELECT ${summaryColumns} FROM generations ORDER BY number DESC LIMIT ?`
  )
  const get = database.prepare("SELECT * FROM generations WHERE number = ?")
  const latest = database.prepare("SELECT * FROM generations ORDER BY number DESC LIMIT 1")
  return {
    list: (limit: number): ReadonlyArray<GenerationSummary> => list.all(limit).map(summaryOf),
    get: (wanted: number): Generation | null => generationOf(get.get(wanted)),
    latest: (): Generation | null => generationOf(latest.get())
  }
}

export const writeGenerations = (database: Database) => {
  const insert = database.prepare(
    `INSERT INTO generations (hash, git, accepted_at, who, outcome, detail, actions, content, plan, bytes)
     VALUES (?, ?, ?, ?, 'applying', NULL, ?, ?, ?, ?)`
  )
  const prune = database.prepare(
    `DELETE FROM generations WHERE number <= ? OR (number <= ? AND number IN (
       SELECT number FROM (
         SELECT number, sum(bytes) OVER (ORDER BY number DESC) AS total FROM generations
       ) WHERE total > ?))`
  )
  const outcome = database.prepare(
    "UPDATE generations SET outcome = ?, detail = ? WHERE number = ?"
  )
  return {
    append: (entry: {
      readonly desired: Desired
      readonly plan: Plan
      readonly who: string
      readonly at: number
    }): number => {
      const { at, desired, plan, who } = entry
      const git = JSON.stringify(desired.git)
      const content = JSON.stringify(desired)
      const planText = JSON.stringify(plan)
      let added = 0
      transaction(database, "FULL", () => {
        const count = plan.actions.length
        const bytes = content.length + planText.length
        const { hash } = desired
        added = Number(
          insert.run(hash, git, at, who, count, content, planText, bytes).lastInsertRowid
        )
        const [oldest, spared] = [added - storedGenerations, added - storedGenerationsLeast]
        prune.run(oldest, spared, storedGenerationsBytes)
      })
      return added
    },
    setOutcome: (wanted: number, value: Outcome, detail: string | null): void => {
      outcome.run(value, detail, wanted)
    }
  }
}

const gitOf = jsonColumn("git state of a generation", Revision)
const contentOf = jsonColumn("content of a generation", Desired)
const planOf = jsonColumn("plan of a generation", Plan)

const summaryOf = (row: Row): GenerationSummary => ({
  number: number(row, "number"),
  hash: text(row, "hash"),
  git: gitOf(text(row, "git")),
  acceptedAt: number(row, "accepted_at"),
  who: text(row, "who"),
  outcome: outcomeOf(text(row, "outcome")),
  detail: textOrNull(row, "detail"),
  actions: number(row, "actions")
})

const outcomeOf = (value: string): Outcome => {
  const found = Outcome.literals.find((literal) => literal === value)
  if (found === undefined) throw new Error(`corrupt row: ${value} is no outcome`)
  return found
}

const generationOf = (row: Row | undefined): Generation | null => {
  if (row === undefined) return null
  const plan = textOrNull(row, "plan")
  return {
    ...summaryOf(row),
    content: contentOf(text(row, "content")),
    // A plan of an older format is history that can no longer be shown; what was declared still can.
    plan: plan === null ? null : planOrNull(plan)
  }
}

const planOrNull = (json: string): Plan | null => {
  try {
    return planOf(json)
  } catch {
    return null
  }
}

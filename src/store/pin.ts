/** What an operator went back to, until `reeve resume`: one row at most, on the disk when the call returns. */
import type { Pin } from "../domain/Pin.ts"
import type { Database } from "../os/sqlite.ts"
import { number, text, textOrNull } from "./rows.ts"

export const readPin = (database: Database) => {
  const find = database.prepare("SELECT * FROM pin")
  return (): Pin | null => {
    const row = find.get()
    if (row === undefined) return null
    return {
      generation: number(row, "generation"),
      who: text(row, "who"),
      at: number(row, "at"),
      reason: textOrNull(row, "reason")
    }
  }
}

export const writePin = (database: Database) => {
  const put = database.prepare(
    "INSERT OR REPLACE INTO pin (id, generation, who, at, reason) VALUES (1, ?, ?, ?, ?)"
  )
  const remove = database.prepare("DELETE FROM pin")
  return {
    putPin: ({ at, generation, reason, who }: Pin): void => {
      put.run(generation, who, at, reason)
    },
    removePin: (): void => {
      remove.run()
    }
  }
}

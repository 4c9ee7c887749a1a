/** What operators did by hand. Few rows, each on the disk when the call returns: a `stop` must survive everything. */
import type { Override, ScaleOverride } from "../domain/Actual.ts"
import { InstanceKey } from "../domain/Instance.ts"
import type { Terms } from "../domain/Terms.ts"
import type { Database, Row } from "../os/sqlite.ts"
import { readPin, writePin } from "./pin.ts"
import { number, numberOrNull, text, textOrNull } from "./rows.ts"

export const readOverrides = (database: Database) => {
  const list = database.prepare("SELECT * FROM overrides ORDER BY key")
  const scales = database.prepare('SELECT * FROM scales ORDER BY "group", program')
  return {
    list: (): ReadonlyArray<Override> => list.all().map(overrideOf),
    scales: (): ReadonlyArray<ScaleOverride> => scales.all().map(scaleOf),
    pin: readPin(database)
  }
}

export const writeOverrides = (database: Database) => {
  const put = database.prepare(
    "INSERT OR REPLACE INTO overrides (key, kind, who, at, reason, until) VALUES (?, ?, ?, ?, ?, ?)"
  )
  const remove = database.prepare("DELETE FROM overrides WHERE key = ?")
  const putScale = database.prepare(
    `INSERT OR REPLACE INTO scales ("group", program, instances, who, at, reason, until)
      VALUES (?, ?, ?, ?, ?, ?, ?)`
  )
  const removeScale = database.prepare('DELETE FROM scales WHERE "group" = ? AND program = ?')
  const expireScales = database.prepare("DELETE FROM scales WHERE until <= ? RETURNING *")
  return {
    ...writePin(database),
    put: ({ at, key, kind, reason, until, who }: Override): void => {
      put.run(key, kind, who, at, reason, until)
    },
    remove: (key: InstanceKey): void => {
      remove.run(key)
    },
    putScale: (scale: ScaleOverride): void => {
      const { at, group, instances, program, reason, until, who } = scale
      putScale.run(group, program, instances, who, at, reason, until)
    },
    removeScale: (group: string, program: string): void => {
      removeScale.run(group, program)
    },
    expireScales: (now: number): ReadonlyArray<ScaleOverride> => expireScales.all(now).map(scaleOf)
  }
}

const overrideOf = (row: Row): Override => ({
  key: InstanceKey.make(text(row, "key")),
  kind: text(row, "kind") === "started" ? "started" : "stopped",
  who: text(row, "who"),
  at: number(row, "at"),
  ...termsOf(row)
})

const scaleOf = (row: Row): ScaleOverride => ({
  group: text(row, "group"),
  program: text(row, "program"),
  instances: number(row, "instances"),
  who: text(row, "who"),
  at: number(row, "at"),
  ...termsOf(row)
})

const termsOf = (row: Row): Terms => ({
  reason: textOrNull(row, "reason"),
  until: numberOrNull(row, "until")
})

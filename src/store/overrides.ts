/** What operators did by hand. Few rows, each on the disk when the call returns: a `stop` must survive everything. */
import type { Override, ScaleOverride } from "../domain/Actual.ts"
import { InstanceKey } from "../domain/Instance.ts"
import type { Database, Row } from "../os/sqlite.ts"
import { number, text } from "./rows.ts"

export const readOverrides = (database: Database) => {
  const list = database.prepare("SELECT * FROM overrides ORDER BY key")
  const scales = database.prepare('SELECT * FROM scales ORDER BY "group", program')
  return {
    list: (): ReadonlyArray<Override> => list.all().map(overrideOf),
    scales: (): ReadonlyArray<ScaleOverride> => scales.all().map(scaleOf)
  }
}

export const writeOverrides = (database: Database) => {
  const put = database.prepare(
    "INSERT OR REPLACE INTO overrides (key, kind, who, at) VALUES (?, ?, ?, ?)"
  )
  const remove = database.prepare("DELETE FROM overrides WHERE key = ?")
  const putScale = database.prepare(
    'INSERT OR REPLACE INTO scales ("group", program, instances, who, at) VALUES (?, ?, ?, ?, ?)'
  )
  const removeScale = database.prepare('DELETE FROM scales WHERE "group" = ? AND program = ?')
  return {
    put: ({ at, key, kind, who }: Override): void => {
      put.run(key, kind, who, at)
    },
    remove: (key: InstanceKey): void => {
      remove.run(key)
    },
    putScale: ({ at, group, instances, program, who }: ScaleOverride): void => {
      putScale.run(group, program, instances, who, at)
    },
    removeScale: (group: string, program: string): void => {
      removeScale.run(group, program)
    }
  }
}

const overrideOf = (row: Row): Override => ({
  key: InstanceKey.make(text(row, "key")),
  kind: text(row, "kind") === "started" ? "started" : "stopped",
  who: text(row, "who"),
  at: number(row, "at")
})

const scaleOf = (row: Row): ScaleOverride => ({
  group: text(row, "group"),
  program: text(row, "program"),
  instances: number(row, "instances"),
  who: text(row, "who"),
  at: number(row, "at")
})

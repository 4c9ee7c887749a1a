/** The tables that `status`, `avail` and `reread` print (supervisord.md 5.3). Blanks at the end of a row are kept. */
import { namespecOf } from "../namespec.ts"
import type { Changes, ConfigRow, ProcessRow } from "./readStruct.ts"

export const statusLines = (rows: ReadonlyArray<ProcessRow>): ReadonlyArray<string> => {
  const names = rows.map(({ group, name }) => namespecOf(group, name))
  const width = names.reduce((widest, name) => Math.max(widest, lengthOf(name)), 30) + 3
  return rows.map(
    ({ description, stateName }, at) =>
      `${padded(names[at] ?? "", width)}${padded(stateName, 10)}${description}`
  )
}

export const availLine = (row: ConfigRow): string =>
  [
    padded(namespecOf(row.group, row.name), 32),
    padded(row.inUse ? "in use" : "avail", 9),
    padded(row.autostart ? "auto" : "manual", 9),
    `${row.groupPriority}:${row.processPriority}`
  ].join(" ")

export const changeLines = ({ added, changed, removed }: Changes): ReadonlyArray<string> => {
  const words = new Map<string, string>()
  for (const name of added) words.set(name, "available")
  for (const name of changed) words.set(name, "changed")
  for (const name of removed) words.set(name, "disappeared")
  if (words.size === 0) return ["No config updates to processes"]
  return [...words].sort(byName).map(([name, word]) => `${name}: ${word}`)
}

/** Python counts characters, not UTF-16 units. */
const lengthOf = (text: string): number => [...text].length

const padded = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - lengthOf(text)))

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** What the programs recorded of themselves: each life, how it ended, and who found itself to be the second of its instance. */
import * as fs from "node:fs"
import { join } from "node:path"

export interface RecordedExit {
  readonly code: number
  readonly lastOfStdout: number
  readonly lastOfStderr: number
  /** CLOCK_MONOTONIC, milliseconds. */
  readonly atMs: number
}

export interface RecordedLife {
  readonly name: string
  readonly life: number
  readonly pid: number
  readonly startTicks: number
  /** Null: it did not come to write one. */
  readonly exit: RecordedExit | null
}

export const readLives = (directory: string, name: string): ReadonlyArray<RecordedLife> => {
  const lines = textOf(join(directory, `${name}.record`)).split("\n")
  const words = lines.map((line) => line.split(" "))
  const exits = new Map(
    words.flatMap(([kind, , life, ...numbers]) => {
      if (kind !== "exit") return []
      const [code = -1, lastOfStdout = 0, lastOfStderr = 0, atMs = 0] = numbers.map(Number)
      return [[Number(life), { code, lastOfStdout, lastOfStderr, atMs }] as const]
    })
  )
  return words.flatMap(([kind, pid, startTicks, life]) => {
    if (kind !== "start") return []
    const number = Number(life)
    const facts = { pid: Number(pid), startTicks: Number(startTicks) }
    return [{ name, life: number, ...facts, exit: exits.get(number) ?? null }]
  })
}

export const readComplaints = (directory: string): ReadonlyArray<string> =>
  textOf(join(directory, "complaints"))
    .split("\n")
    .filter((line) => line !== "")

const textOf = (path: string): string => (fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "")

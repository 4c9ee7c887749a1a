/** A line of the status page. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { byText } from "../../core/byText.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { State } from "../../domain/State.ts"
import type { Supervisor } from "../../supervise/Supervisor.ts"
import { processInfo } from "../rpc/processInfo.ts"

export interface ProcessRow {
  readonly group: string
  readonly name: string
  /** What people type: the name alone where the group has the same. */
  readonly namespec: string
  readonly state: State
  readonly description: string
}

/** By group and name. */
export const processRows = (
  supervisor: Supervisor["Service"]
): Effect.Effect<ReadonlyArray<ProcessRow>> =>
  Effect.map(Effect.all([supervisor.snapshot, Clock.currentTimeMillis]), ([instances, ms]) => {
    const now = Math.floor(ms / 1000)
    return instances.map((instance) => rowOf(instance, now, supervisor)).sort(byName)
  })

/** The process that a namespec names, as supervisord splits it; none for a whole group (`web:*`). */
export const findRow = (rows: ReadonlyArray<ProcessRow>, namespec: string): ProcessRow | null => {
  const colon = namespec.indexOf(":")
  const group = colon < 0 ? namespec : namespec.slice(0, colon)
  const name = colon < 0 ? namespec : namespec.slice(colon + 1)
  return rows.find((row) => row.group === group && row.name === name) ?? null
}

const rowOf = (
  instance: ActualInstance,
  now: number,
  supervisor: Supervisor["Service"]
): ProcessRow => {
  const { address, group, name } = instance.spec
  const { description, statename } = processInfo(instance, now, supervisor.logPath)
  return { group, name, namespec: address, state: statename, description }
}

const byName = (a: ProcessRow, b: ProcessRow): number =>
  byText(a.group, b.group) || byText(a.name, b.name)

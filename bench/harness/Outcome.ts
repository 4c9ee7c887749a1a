/** What a run of the bench has found: every single value. */
import type { Medians, Scale } from "./Figure.ts"
import type { Machine } from "./machine.ts"
import { median } from "./statistics.ts"

/** One figure, once, for one target. */
export interface Outcome {
  readonly figure: string
  readonly target: string
  /** From 1. */
  readonly run: number
  /** By metric. */
  readonly values: Readonly<Record<string, number>>
  /** Why there are none; null: it went well. */
  readonly failure: string | null
}

export interface Results {
  /** ISO 8601, when it began. */
  readonly date: string
  readonly machine: Machine
  readonly scale: Scale
  readonly runs: number
  /** Versions by target, of those that were measured. */
  readonly versions: Readonly<Record<string, string>>
  readonly outcomes: ReadonlyArray<Outcome>
}

/** In the order of the runs. */
export const valuesOf = (
  outcomes: ReadonlyArray<Outcome>,
  metric: string,
  target: string
): ReadonlyArray<number> =>
  outcomes.flatMap((outcome) => (outcome.target === target ? (outcome.values[metric] ?? []) : []))

export const mediansOf =
  (outcomes: ReadonlyArray<Outcome>, metric: string): Medians =>
  (target, other) => {
    const values = valuesOf(outcomes, other ?? metric, target)
    return values.length === 0 ? null : median(values)
  }

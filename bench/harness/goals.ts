/** Goals as they stand in the table: by a ratio to another target of the same run, or by a figure. */
import type { Goal } from "./Figure.ts"

/** `of` is the target that is to reach it. */
export const atMost = (factor: number, other: string, of = "reeve"): Goal => ({
  text: `${prefix(of)}at most ${factor} × ${other}`,
  isMet: (medians) => compared(medians(of), medians(other), (ours, its) => ours <= factor * its)
})

export const atLeast = (factor: number, other: string, of = "reeve"): Goal => ({
  text: `${prefix(of)}at least ${factor} × ${other}`,
  isMet: (medians) => compared(medians(of), medians(other), (ours, its) => ours >= factor * its)
})

export const below = (limit: number, unit: string, of = "reeve"): Goal => ({
  text: `${prefix(of)}below ${limit} ${unit}`,
  isMet: (medians) => compared(medians(of), 0, (ours) => ours < limit)
})

const prefix = (of: string): string => (of === "reeve" ? "" : `${of} `)

/** Null where one of them is not there. */
export const compared = (
  ours: number | null,
  other: number | null,
  isMet: (ours: number, other: number) => boolean
): boolean | null => (ours === null || other === null ? null : isMet(ours, other))

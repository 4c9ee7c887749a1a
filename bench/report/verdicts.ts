/** What came of the goals: a row is missed where one of its goals is, and not measured where one could not be judged. */
import type { Figure, Metric } from "../harness/Figure.ts"
import { mediansOf, type Results } from "../harness/Outcome.ts"

export type Verdict = "met" | "missed" | "not measured"

export interface Judged {
  readonly text: string
  readonly verdict: Verdict
}

export const judged = ({ goals, id }: Metric, { outcomes }: Results): ReadonlyArray<Judged> =>
  goals.map(({ isMet, text }) => ({ text, verdict: verdictOf(isMet(mediansOf(outcomes, id))) }))

const verdictOf = (isMet: boolean | null): Verdict => {
  if (isMet === null) return "not measured"
  return isMet ? "met" : "missed"
}

export interface JudgedRow {
  readonly row: string
  readonly verdict: Verdict
}

/** In the order of the table. */
export const judgedRows = (
  figures: ReadonlyArray<Figure>,
  results: Results
): ReadonlyArray<JudgedRow> =>
  [...new Set(figures.map(({ row }) => row))].map((row) => {
    const verdicts = figures
      .filter((figure) => figure.row === row)
      .flatMap(({ metrics }) => metrics.flatMap((metric) => judged(metric, results)))
      .map(({ verdict }) => verdict)
    if (verdicts.includes("missed")) return { row, verdict: "missed" }
    return { row, verdict: verdicts.includes("not measured") ? "not measured" : "met" }
  })

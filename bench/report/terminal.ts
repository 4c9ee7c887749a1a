/** The report as it is printed: a line a target for each metric, then what came of its goals. */
import type { Figure, Metric } from "../harness/Figure.ts"
import { mediansOf, type Results, valuesOf } from "../harness/Outcome.ts"
import { least, median, most } from "../harness/statistics.ts"
import { ratio, shown } from "./format.ts"
import { judged, judgedRows, type Verdict } from "./verdicts.ts"

/** What all are compared with. */
export const references = ["supervisord", "bare Node", "bare C"] as const

const nameWidth = 12

export const terminalReport = (
  figures: ReadonlyArray<Figure>,
  targets: ReadonlyArray<string>,
  results: Results
): string => {
  const blocks = figures.flatMap(({ metrics }) =>
    metrics.map((metric) => metricBlock(metric, targets, results))
  )
  const failures = failureLines(results)
  const end = results.scale === "short" ? shortNote : summary(figures, results)
  return [...blocks, ...(failures.length === 0 ? [] : [failures.join("\n")]), end].join("\n\n")
}

const shortNote =
  "A short run shows that all of it works; its times say nothing, so no goal is judged."

const metricBlock = (metric: Metric, targets: ReadonlyArray<string>, results: Results): string => {
  const measured = targets.filter(
    (target) => valuesOf(results.outcomes, metric.id, target).length > 0
  )
  const lines = measured.map((target) => targetLine(metric, target, results))
  const goals =
    results.scale === "short"
      ? []
      : judged(metric, results).map(({ text, verdict }) => `  ${mark(verdict)}: ${text}`)
  const heading = `${metric.title} [${metric.unit}, ${metric.better} is better] (${metric.id})`
  return [heading, ...(lines.length === 0 ? ["  not measured"] : lines), ...goals].join("\n")
}

const mark = (verdict: Verdict): string => (verdict === "missed" ? "MISSED" : verdict)

const targetLine = ({ id, unit }: Metric, target: string, { outcomes }: Results): string => {
  const values = valuesOf(outcomes, id, target)
  const middle = median(values)
  const medians = mediansOf(outcomes, id)
  const compared = references
    .filter((reference) => reference !== target && (medians(reference) ?? 0) > 0)
    .map((reference) => `${ratio(middle, medians(reference))} ${reference}`)
  const value = `${shown(middle)} ${unit} [${shown(least(values))}..${shown(most(values))}]`
  return `  ${target.padEnd(nameWidth)} ${value.padEnd(36)} ${compared.join(", ")}`.trimEnd()
}

export const failureLines = ({ outcomes }: Results): ReadonlyArray<string> =>
  outcomes.flatMap(({ failure, figure, run, target }) =>
    failure === null ? [] : [`failed: ${figure}, ${target}, run ${run}: ${failure}`]
  )

const summary = (figures: ReadonlyArray<Figure>, results: Results): string => {
  const rows = judgedRows(figures, results)
  const named = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict)
  const told = (verdict: Verdict) => {
    const names = named(verdict).map(({ row }) => row)
    return `${names.length} ${verdict}${verdict === "met" || names.length === 0 ? "" : ` (${names.join("; ")})`}`
  }
  return `${rows.length} rows: ${told("met")}, ${told("missed")}, ${told("not measured")}`
}

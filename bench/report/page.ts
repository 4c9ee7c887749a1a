/**
 * `bench/RESULTS.md`: the table with what was measured and whether it is enough, then every target, then the reasons for misses.
 */
import type { Figure, Metric } from "../harness/Figure.ts"
import { machineLine } from "../harness/machine.ts"
import { mediansOf, type Results, valuesOf } from "../harness/Outcome.ts"
import { least, median, most } from "../harness/statistics.ts"
import { ratio, shown } from "./format.ts"
import type { Reasons } from "./reasonsOf.ts"
import { failureLines, references } from "./terminal.ts"
import { judged, judgedRows } from "./verdicts.ts"

export const resultsPage = (
  figures: ReadonlyArray<Figure>,
  targets: ReadonlyArray<string>,
  results: Results,
  reasons: Reasons
): string => {
  const metrics = figures.flatMap((figure) => figure.metrics)
  const parts = [
    opening(figures, results),
    mainTable(figures, targets, results),
    "## Every target\n\nMedian [least..most] of the runs.",
    fullTable(metrics, targets, results),
    ...missed(metrics, results, reasons)
  ]
  const failures = failureLines(results)
  if (failures.length > 0) {
    parts.push("## What failed", failures.map((line) => `- ${line}`).join("\n"))
  }
  return `${parts.join("\n\n")}\n`
}

const opening = (figures: ReadonlyArray<Figure>, results: Results): string => {
  const rows = judgedRows(figures, results)
  const count = (verdict: string) => rows.filter((row) => row.verdict === verdict).length
  const versions = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`)
  return `# Results

Written by \`npm run bench -- --results\`; what stands here was measured in one go, targets by turns. Other machines have other
times; the ratios are what counts.

- ${machineLine(results.machine)}; load before: ${results.machine.loadBefore}
- ${results.date}, ${results.runs} runs
- ${versions.join("; ")}
- ${rows.length} rows: ${count("met")} met, ${count("missed")} missed, ${count("not measured")} not measured`
}

const mainTable = (
  figures: ReadonlyArray<Figure>,
  targets: ReadonlyArray<string>,
  results: Results
): string =>
  table(
    [
      "figure",
      "supervisord",
      "best other",
      "bare Node",
      "bare C",
      "reeve",
      "÷ supervisord",
      "goal"
    ],
    figures.flatMap(({ metrics }) =>
      metrics.map((metric) => {
        const medians = mediansOf(results.outcomes, metric.id)
        const cell = (target: string) => valueCell(medians(target))
        const reeve = medians("reeve") ?? medians("reeve typed")
        return [
          `${metric.title}, ${metric.unit}`,
          cell("supervisord"),
          bestOther(metric, targets, results),
          cell("bare Node"),
          cell("bare C"),
          reeveCell(metric, results),
          ratio(reeve, medians("supervisord")),
          judged(metric, results)
            .map(({ text, verdict }) => `${text}: ${verdict === "met" ? "met" : `**${verdict}**`}`)
            .join("; ")
        ]
      })
    )
  )

const valueCell = (value: number | null): string => (value === null ? "–" : shown(value))

/** From ini files, then from TypeScript. */
const reeveCell = ({ id }: Metric, { outcomes }: Results): string => {
  const medians = mediansOf(outcomes, id)
  const [ini, typed] = [medians("reeve"), medians("reeve typed")]
  if (typed === null) return valueCell(ini)
  return ini === null ? `typed ${shown(typed)}` : `${shown(ini)} (typed ${shown(typed)})`
}

const bestOther = (
  { better, id }: Metric,
  targets: ReadonlyArray<string>,
  { outcomes }: Results
): string => {
  const medians = mediansOf(outcomes, id)
  const others = targets
    .filter((name) => !name.startsWith("reeve") && !references.some((one) => one === name))
    .flatMap((name) => {
      const value = medians(name)
      return value === null ? [] : [{ name, value }]
    })
    .sort((a, b) => (better === "less" ? a.value - b.value : b.value - a.value))
  const [best] = others
  return best === undefined ? "–" : `${best.name} ${shown(best.value)}`
}

const fullTable = (
  metrics: ReadonlyArray<Metric>,
  targets: ReadonlyArray<string>,
  { outcomes }: Results
): string => {
  const measured = targets.filter((target) =>
    metrics.some(({ id }) => valuesOf(outcomes, id, target).length > 0)
  )
  return table(
    ["metric", ...measured],
    metrics.map(({ id, unit }) => [
      `\`${id}\`, ${unit}`,
      ...measured.map((target) => {
        const values = valuesOf(outcomes, id, target)
        if (values.length === 0) return "–"
        return `${shown(median(values))} [${shown(least(values))}..${shown(most(values))}]`
      })
    ])
  )
}

const missed = (
  metrics: ReadonlyArray<Metric>,
  results: Results,
  reasons: Reasons
): ReadonlyArray<string> => {
  const short = metrics.filter((metric) =>
    judged(metric, results).some(({ verdict }) => verdict === "missed")
  )
  if (short.length === 0) return []
  return [
    "## What falls short, and why",
    ...short.map(
      ({ id, title }) =>
        `### ${title} (\`${id}\`)\n\n${reasons.get(id) ?? "No reason is known yet."}`
    )
  ]
}

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")
}

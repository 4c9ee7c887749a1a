import * as Effect from "effect/Effect"
import { type Chart, type ChartNode, chartOf, partOfChart } from "../core/dependency/chart.ts"
import { chartDot } from "../core/dependency/chartDot.ts"
import { chartMermaid } from "../core/dependency/chartMermaid.ts"
import { chartText } from "../core/dependency/chartText.ts"
import { namedPrograms } from "../core/dependency/namedPrograms.ts"
import { renderProblems } from "../core/renderProblems.ts"
import type { Program } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { loadHere } from "./loadHere.ts"
import { screen } from "./screen.ts"
import { supervisordHere } from "./supervisordHere.ts"

export interface Wanted {
  /** None: all programs. */
  readonly names: ReadonlyArray<string>
  readonly reverse: boolean
  readonly form: "text" | "dot" | "mermaid" | "json"
}

export const graphHere = Effect.fnUntraced(function* (
  entries: ReadonlyArray<string>,
  { form, names, reverse }: Wanted
) {
  const shown = yield* screen
  const programs = yield* programsHere(entries)
  const chart = yield* chosen(programs, names, reverse)
  switch (form) {
    case "text":
      return yield* shown.line(chartText(chart, reverse))
    case "dot":
      return yield* shown.line(chartDot(chart, reverse))
    case "mermaid":
      return yield* shown.line(chartMermaid(chart, reverse))
    case "json":
      return yield* shown.json({ ...chart, nodes: chart.nodes.map(nodeJson) })
  }
})

/** Programs without errors; warnings are for `reeve check`. */
const programsHere = Effect.fnUntraced(function* (entries: ReadonlyArray<string>) {
  const { colour } = yield* screen
  const configuration = yield* supervisordHere(entries)
  if (configuration === null) {
    const { desired } = yield* Effect.mapError(loadHere(entries), ({ problems }) =>
      wrong(problems, colour)
    )
    return desired.programs
  }
  const errors = configuration.problems.filter(({ severity }) => severity === "error")
  return errors.length === 0 ? configuration.programs : yield* wrong(errors, colour)
})

const chosen = Effect.fnUntraced(function* (
  programs: ReadonlyArray<Program>,
  names: ReadonlyArray<string>,
  reverse: boolean
) {
  const chart: Chart = chartOf(programs)
  if (names.length === 0) return chart
  const programsOf = namedPrograms(programs)
  const within: Array<string> = []
  for (const name of names) {
    const named = programsOf(name)
    switch (named.kind) {
      case "found":
        within.push(...named.labels)
        break
      case "ambiguous":
        return yield* failed(
          `Several programs are called "${name}".`,
          `Write ${named.labels.join(" or ")}.`
        )
      case "unknown":
        return yield* failed(
          `No program or group is called "${name}".`,
          named.near.length === 0
            ? null
            : `Did you mean ${named.near.map((one) => `"${one}"`).join(" or ")}?`
        )
    }
  }
  return partOfChart(chart, within, reverse)
})

const nodeJson = ({ group, instances, name, source }: ChartNode) => ({
  name,
  group,
  instances,
  source
})

const wrong = (problems: ReadonlyArray<Problem>, color: boolean) =>
  failed(`The files have errors:\n${renderProblems(problems, { color })}`, null)

const failed = (text: string, hint: string | null) =>
  new CliFailure({ text, hint, code: exitCodes.failed })

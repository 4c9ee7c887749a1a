/** Generations: a table of them, and one whole. */

import { outcomeWord } from "../../core/outcomeWord.ts"
import { whyText } from "../../core/termText.ts"
import type { Generation, GenerationSummary, Outcome } from "../../domain/Generation.ts"
import { type Cell, columns } from "./columns.ts"
import type { Style } from "./style.ts"

export const renderHistory = (
  list: ReadonlyArray<GenerationSummary>,
  style: Style,
  dateTime: (ms: number) => string
): string => {
  const heads = ["N", "ACCEPTED", "COMMIT", "WHO", "ACTIONS", "OUTCOME"]
  return columns([
    heads.map((text): Cell => ({ text, paint: style.dim })),
    ...list.map(
      (generation): ReadonlyArray<Cell> => [
        { text: String(generation.number) },
        { text: dateTime(generation.acceptedAt) },
        { text: commitText(generation) },
        { text: generation.who },
        { text: String(generation.actions) },
        {
          text: `${outcomeText(generation)}${originText(generation)}`,
          paint: outcomeColour(generation.outcome, style)
        }
      ]
    )
  ]).join("\n")
}

/** The head, then the programs it declares. */
export const renderGeneration = (
  generation: Generation,
  style: Style,
  dateTime: (ms: number) => string
): string => {
  const programs = generation.content.programs.map(
    (program): ReadonlyArray<Cell> => [
      { text: `  ${program.name}` },
      {
        text: `${program.instances.length} ${program.instances.length === 1 ? "instance" : "instances"}`
      },
      { text: `${program.source.file}:${program.source.line}`, paint: style.dim }
    ]
  )
  const commit = generation.git.commit === null ? "no commit" : `commit ${commitText(generation)}`
  const origin = originText(generation)
  return [
    style.bold(`generation ${generation.number}`),
    `  accepted ${dateTime(generation.acceptedAt)} by ${generation.who}, ${commit}`,
    `  ${outcomeText(generation)}${origin}`,
    "",
    ...columns(programs)
  ].join("\n")
}

const outcomeText = ({ detail, outcome }: GenerationSummary): string =>
  detail === null ? outcomeWord(outcome) : `${outcomeWord(outcome)}: ${detail}`

/** `; rollback to 12 ("13 leaks")`; nothing for what the files said. */
export const originText = (generation: GenerationSummary): string =>
  generation.rollbackOf === null
    ? ""
    : `; rollback to ${generation.rollbackOf}${whyText(generation)}`

export const commitText = ({ git }: GenerationSummary): string =>
  git.commit === null ? "-" : `${git.commit.slice(0, 7)}${git.dirty ? " (dirty)" : ""}`

const outcomeColour = (outcome: Outcome, style: Style) =>
  ({
    pending: style.yellow,
    applying: style.cyan,
    applied: style.green,
    failed: style.red,
    superseded: style.dim,
    unhealthy: style.yellow,
    rolledBack: style.red
  })[outcome]

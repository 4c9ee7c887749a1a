/** Problems as text: one line each in the form that editors and terminals link, a hint below it where there is one. */
import type { Problem } from "../domain/Problem.ts"
import { byText } from "./byText.ts"

export interface RenderProblemsOptions {
  readonly color: boolean
}

/** Without a line break at the end; empty for no problems. Errors come first, then by place. */
export const renderProblems = (
  problems: ReadonlyArray<Problem>,
  options: RenderProblemsOptions
): string =>
  sortProblems(problems)
    .map((problem) => renderProblem(problem, options))
    .join("\n")

/** `file:line:column  error: message`, and the hint on a line of its own. */
export const renderProblem = (problem: Problem, { color }: RenderProblemsOptions): string => {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)
  const place = placeOf(problem)
  const label = problem.severity === "error" ? paint(31, "error:") : paint(33, "warning:")
  const head = place === null ? "" : `${paint(1, place)}  `
  const hint = problem.hint === null ? "" : `\n    ${paint(2, oneLine(problem.hint))}`
  return `${head}${label} ${oneLine(problem.message)}${hint}`
}

/** Errors first; then by file, line and column; then as they were found. */
export const sortProblems = (problems: ReadonlyArray<Problem>): ReadonlyArray<Problem> =>
  problems.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      byText(a.file ?? "", b.file ?? "") ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0)
  )

/** "2 errors, 1 warning"; empty for none. */
export const countProblems = (problems: ReadonlyArray<Problem>): string => {
  const errors = problems.filter(({ severity }) => severity === "error").length
  const warnings = problems.length - errors
  return [counted(errors, "error"), counted(warnings, "warning")]
    .filter((part) => part !== "")
    .join(", ")
}

const counted = (count: number, word: string): string =>
  count === 0 ? "" : `${count} ${word}${count === 1 ? "" : "s"}`

const rank = ({ severity }: Problem): number => (severity === "error" ? 0 : 1)

const placeOf = ({ file, line, column }: Problem): string | null => {
  if (file === null) return null
  const name = oneLine(file)
  if (line === null) return name
  return column === null ? `${name}:${line}` : `${name}:${line}:${column}`
}

/** What files hold must not steer the terminal, nor look like a line of reeve's. */
const oneLine = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) =>
    character === "\n" || character === "\t"
      ? " "
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`
  )

/** What is wrong with the files: one line a problem, `file:line:column: error: …`, as editors and terminals can click it. */
import type { Problem } from "../../domain/Problem.ts"

export const renderProblems = (problems: ReadonlyArray<Problem>): string =>
  problems
    .map((problem) => {
      const place = [problem.file, problem.line, problem.column]
        .filter((part) => part !== null)
        .join(":")
      const head = `${place === "" ? "" : `${place}: `}${problem.severity}: ${problem.message}`
      return problem.hint === null ? head : `${head}\n    ${problem.hint}`
    })
    .join("\n")

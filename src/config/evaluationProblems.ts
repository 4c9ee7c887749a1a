/** Everything that is wrong with evaluated files, as problems at their places. */
import * as Effect from "effect/Effect"
import { pathText } from "../core/schemaFindings.ts"
import type { Problem } from "../domain/Problem.ts"
import type { Decoded, Issue } from "./Decoded.ts"
import type { Evaluation } from "./evaluate.ts"
import type { RawProblem } from "./evaluator/protocol.ts"
import type { Locator, ValueFinding } from "./locate.ts"

export const problemsOfEvaluation = Effect.fnUntraced(function* (
  evaluation: Evaluation,
  decoded: Decoded,
  locator: Locator
) {
  const values = [
    ...evaluation.faults.map(faultFinding),
    ...decoded.issues.flatMap((issue) => issueFinding(issue, evaluation))
  ]
  const raw = [...evaluation.problems, ...barrenFiles(evaluation)]
  const problems: ReadonlyArray<Problem> = [
    ...(yield* Effect.forEach(raw, (problem) => locator.raw(problem, evaluation.inputs))),
    ...(yield* Effect.forEach(values, locator.value))
  ]
  return distinct(problems)
})

const faultFinding = ({ source, path, message }: Evaluation["faults"][number]): ValueFinding => ({
  severity: "error",
  source,
  path,
  message: path.length === 0 ? `the definition ${message}` : `${pathText(path)}: ${message}`,
  hint: null
})

/** Where files failed, the programs that a group misses are most likely theirs: not told twice. */
const issueFinding = (issue: Issue, evaluation: Evaluation): ReadonlyArray<ValueFinding> => {
  const object = evaluation.objects[issue.object]
  if (object === undefined) return []
  const incomplete = evaluation.problems.some(({ severity }) => severity === "error")
  if (incomplete && object.type === "group" && issue.path[0] === "programs") return []
  const { severity, path, message, hint } = issue
  return [{ severity, source: object.source, path, message, hint }]
}

/** Files that declare nothing and are no help to others. One about which more is to be said is not among them. */
const barrenFiles = ({ barren, imports, problems }: Evaluation): ReadonlyArray<RawProblem> => {
  const imported = new Set(imports.map(([, file]) => file))
  const told = new Set(problems.map(({ file }) => file))
  return barren
    .filter((file) => !imported.has(file) && !told.has(file))
    .map((file) => ({
      severity: "warning",
      file,
      line: null,
      column: null,
      message: "declares nothing, and no other file imports it",
      hint: "export what defineProgram returns",
      seek: null
    }))
}

const distinct = (problems: ReadonlyArray<Problem>): ReadonlyArray<Problem> => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()
]

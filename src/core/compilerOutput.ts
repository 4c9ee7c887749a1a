/** What a TypeScript compiler prints (`--pretty false`), as problems. Pure. */
import type { Problem } from "../domain/Problem.ts"

export const compilerProblems = (
  output: string,
  show: (path: string) => string
): ReadonlyArray<Problem> =>
  output.split(/\r?\n/).flatMap((line) => {
    const [, file, row, column, kind, code, message] =
      /^(.+?)\((\d+),(\d+)\): (error|warning) (TS\d+): (.*)$/.exec(line) ?? []
    if (file !== undefined) {
      return [
        {
          severity: kind === "warning" ? "warning" : "error",
          file: show(file),
          line: Number(row),
          column: Number(column),
          message: `${message} (${code})`,
          hint: null
        } satisfies Problem
      ]
    }
    const [, general] = /^(error TS\d+: .*)$/.exec(line) ?? []
    return general === undefined ? [] : [{ ...nowhere, message: general }]
  })

const nowhere: Problem = {
  severity: "error",
  file: null,
  line: null,
  column: null,
  message: "",
  hint: null
}

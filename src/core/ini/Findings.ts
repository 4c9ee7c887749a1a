/** Collects all that is wrong or worth saying while a file is interpreted, in the order in which supervisord looks. */
import type { Source } from "../../domain/Instance.ts"
import type { Problem } from "../../domain/Problem.ts"

export interface Findings {
  /** The first error is the one that supervisord would stop at. */
  readonly problems: ReadonlyArray<Problem>
  readonly hasErrors: () => boolean
  /** Of a value: only its first error counts, whatever reads it later. */
  readonly errorAt: (value: Source, message: string) => void
  /** Of a section as a whole. */
  readonly error: (section: Source, message: string) => void
  readonly warning: (at: Source, message: string, hint?: string) => void
  /** supervisord's own warnings as it logs them: again for each process. */
  readonly notices: ReadonlyArray<string>
  readonly notice: (text: string) => void
}

export const makeFindings = (): Findings => {
  const problems: Array<Problem> = []
  const notices: Array<string> = []
  const said = new Set<string>()
  const add = (severity: Problem["severity"], at: Source, message: string, hint: string | null) => {
    const { file, line, column } = at
    problems.push({ severity, file, line, column, message, hint })
  }
  const once = (key: ReadonlyArray<unknown>, say: () => void): void => {
    const text = JSON.stringify(key)
    if (said.has(text)) return
    said.add(text)
    say()
  }
  return {
    problems,
    hasErrors: () => problems.some(({ severity }) => severity === "error"),
    errorAt: (at, message) => once(["value", at], () => add("error", at, message, null)),
    error: (at, message) => once(["section", at, message], () => add("error", at, message, null)),
    notices,
    notice: (text) => void notices.push(text),
    warning: (at, message, hint) =>
      once(["warning", at, message], () => add("warning", at, message, hint ?? null))
  }
}

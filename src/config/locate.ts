/**
 * Turns findings into problems at their places in the user's files. A file is read and parsed at most once for all that
 * is wrong in it, and only when something is; positions that cannot be found stay those of the call, and are said to be.
 */
import * as Effect from "effect/Effect"
import { displayPath } from "../core/displayPath.ts"
import type { Source } from "../domain/Instance.ts"
import type { Problem } from "../domain/Problem.ts"
import { Files } from "../os/Files.ts"
import { Host } from "../os/Host.ts"
import { stripTypes } from "../os/stripTypes.ts"
import type { RawProblem, Seek } from "./evaluator/protocol.ts"
import { type Position, parseSource, type SourceText, syntaxError } from "./positions.ts"

/** Something wrong with a value: `path` leads from the define… call at `source` to it. */
export interface ValueFinding {
  readonly severity: Problem["severity"]
  readonly source: Source
  readonly path: ReadonlyArray<string | number>
  readonly message: string
  readonly hint: string | null
}

export interface Locator {
  readonly value: (finding: ValueFinding) => Effect.Effect<Problem>
  /** `inputs`: where a syntax error may be whose file is not told. */
  readonly raw: (problem: RawProblem, inputs: ReadonlyArray<string>) => Effect.Effect<Problem>
}

/** One for each load: what it read is not read again. */
export const makeLocator = Effect.gen(function* () {
  const files = yield* Files
  const { directory } = yield* Host
  const scripts = new Map<string, string | null>()
  const parsed = new Map<string, SourceText | null>()

  const scriptOf = Effect.fnUntraced(function* (file: string) {
    const known = scripts.get(file)
    if (known !== undefined) return known
    const text = yield* files.readText(file).pipe(Effect.catch(() => Effect.succeed(null)))
    const script = text === null ? null : /\.m?ts$/.test(file) ? stripTypes(text) : text
    scripts.set(file, script)
    return script
  })
  const parse = Effect.fnUntraced(function* (file: string) {
    const known = parsed.get(file)
    if (known !== undefined) return known
    const script = yield* scriptOf(file)
    const source = script === null ? null : parseSource(script)
    parsed.set(file, source)
    return source
  })
  const problemAt = (
    { severity, message, hint }: Pick<Problem, "severity" | "message" | "hint">,
    file: string,
    at: Position | null
  ): Problem => ({
    severity,
    file: displayPath(file, directory),
    line: at?.line ?? null,
    column: at?.column ?? null,
    message,
    hint
  })

  const locator: Locator = {
    value: Effect.fnUntraced(function* (finding) {
      const { source, path, message } = finding
      const text = yield* parse(source.file)
      const at = text?.locate(source, path) ?? { ...source, at: "call" as const }
      const call = text?.calleeAt(source) ?? "define…"
      const told =
        at.at === "call" && path.length > 0 ? `${message} (in the ${call} call here)` : message
      return problemAt({ ...finding, message: told }, source.file, at)
    }),
    raw: Effect.fnUntraced(function* (problem, inputs) {
      const { seek, file, line, column } = problem
      if (line !== null) return problemAt(problem, file, { line, column: column ?? 1 })
      if (seek?.kind === "syntax") {
        for (const candidate of [file, ...inputs]) {
          const script = yield* scriptOf(candidate)
          const at = script === null ? null : syntaxError(script)
          if (at === null) continue
          return problemAt({ ...problem, message: `syntax error: ${at.message}` }, candidate, at)
        }
      }
      const text = seek === null ? null : yield* parse(file)
      return problemAt(problem, file, seek === null || text === null ? null : found(text, seek))
    })
  }
  return locator
})

const found = (text: SourceText, seek: Seek): Position | null => {
  switch (seek.kind) {
    case "import":
      return text.importOf(seek.specifier)
    case "throw":
      return text.bareThrow()
    case "await":
      return text.firstAwait()
    case "loop":
      return text.endlessLoop()
    case "call":
      return text.onlyCall(seek.names)
    case "syntax":
      return null
  }
}

import { displayPath } from "../core/displayPath.ts"
import type { Problem } from "../domain/Problem.ts"
import type { ValueFinding } from "./locate.ts"

/** For what is written in ini: its position is the section, or the key, already. */
export const atSource = (
  { source, severity, message, hint }: ValueFinding,
  directory: string
): Problem => ({
  severity,
  file: displayPath(source.file, directory),
  line: source.line,
  column: source.column,
  message,
  hint
})

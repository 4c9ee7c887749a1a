import type { Definition } from "../domain/Definition.ts"
import type { TextPattern } from "../domain/Probe.ts"

/** The line that is looked for in a channel of a program's output; null: none. Where stderr goes to stdout, both are one. */
export const watchedLine = (
  { logs, ready }: Pick<Definition, "logs" | "ready">,
  channel: "stdout" | "stderr"
): TextPattern | null => {
  if (ready?.kind !== "logLine") return null
  const { line, stream } = ready
  return stream === "both" || stream === channel || logs.stderr === "stdout" ? line : null
}

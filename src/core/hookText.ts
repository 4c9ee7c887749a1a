/** What is said of a hook that failed: one sentence, whose subject is the field. */
import { formatDuration } from "../domain/Duration.ts"
import type { HookName } from "../domain/Hooks.ts"
import type { ExitStatus } from "../domain/State.ts"
import { exitText } from "./exitText.ts"
import { hookField } from "./hookField.ts"
import { printable } from "./printable.ts"

export type HookOutcome =
  | {
      readonly kind: "ended"
      readonly status: ExitStatus
      readonly lines: ReadonlyArray<string>
    }
  | { readonly kind: "timeout"; readonly lines: ReadonlyArray<string> }
  | { readonly kind: "notStarted"; readonly text: string }

/** Null: it did what it should. */
export const hookFailure = (
  hook: HookName,
  outcome: HookOutcome,
  timeoutMs: number
): string | null => {
  const field = hookField(hook)
  switch (outcome.kind) {
    case "ended":
      return outcome.status.kind === "code" && outcome.status.code === 0
        ? null
        : `${field} failed (${exitText(outcome.status)})${lastLine(outcome.lines)}`
    case "timeout":
      return `${field} took longer than ${formatDuration(timeoutMs)} and was ended${lastLine(outcome.lines)}`
    case "notStarted":
      return `${field} cannot be run: ${outcome.text}`
  }
}

const lastLine = (lines: ReadonlyArray<string>): string => {
  const line = lines.at(-1)
  return line === undefined ? "" : `: ${printable(line)}`
}

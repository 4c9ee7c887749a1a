/**
 * A supervisord configuration as `reeve supervisord` would read it: every value by supervisord's rules, also those of its
 * servers and its main log. Touches nothing. A file without `[supervisord]` is one of reeve's own entries, and null here.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { absolutePath } from "../core/ini/IniContext.ts"
import { withoutDots } from "../core/ini/pathTypes.ts"
import { shellWords } from "../core/shellWords.ts"
import { noFlags } from "../core/supervisordFlags.ts"
import type { Program } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import { Host } from "../os/Host.ts"
import { atSource } from "./atSource.ts"
import { crossCheck } from "./crossCheck.ts"
import { importSupervisord } from "./importSupervisord.ts"
import { readDocument } from "./ini/readDocument.ts"
import type { ValueFinding } from "./locate.ts"

export interface CheckedSupervisord {
  readonly programs: ReadonlyArray<Program>
  readonly problems: ReadonlyArray<Problem>
}

export const checkSupervisord = Effect.fn("checkSupervisord")(function* (file: string) {
  const { directory } = yield* Host
  const { document } = yield* readDocument(withoutDots(absolutePath(file, { directory })), file)
  if (!document.sections.has("supervisord")) return null
  const read = yield* Effect.result(importSupervisord({ file, directory, flags: noFlags }))
  if (Result.isFailure(read)) {
    const failed: CheckedSupervisord = { programs: [], problems: read.failure.problems }
    return failed
  }
  const { groups, programs, warnings } = read.success
  const placeOf = (source: Program["source"]) => `${source.file}:${source.line}`
  const findings = [...programs.flatMap(unsplit), ...crossCheck(programs, groups, placeOf, true)]
  const told = findings.map((one) => atSource(one, directory))
  const checked: CheckedSupervisord = { programs, problems: [...warnings, ...told] }
  return checked
})

/** Known to supervisord when the process is started, and not before. */
const unsplit = ({ instances, name, source }: Program): ReadonlyArray<ValueFinding> => {
  const command = instances[0]?.definition.command
  if (typeof command !== "string") return []
  const words = shellWords(command)
  if (Result.isSuccess(words)) return []
  return [
    {
      severity: "warning",
      source,
      path: ["command"],
      message: `the command of ${name} cannot be split into words: ${words.failure}: ${command}`,
      hint: "A ; after white space begins a comment, inside quotes too: write it without a blank before."
    }
  ]
}

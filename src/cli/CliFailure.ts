import * as Data from "effect/Data"

/** Ends a command: one sentence, what to do (null when the sentence says it), and the exit code. */
export class CliFailure extends Data.TaggedError("CliFailure")<{
  readonly text: string
  readonly hint: string | null
  readonly code: number
}> {
  override get message() {
    return this.hint === null ? this.text : `${this.text}\n${this.hint}`
  }
}

/** Ends a command with a code after it has said everything itself. */
export class ExitWith extends Data.TaggedError("ExitWith")<{ readonly code: number }> {}

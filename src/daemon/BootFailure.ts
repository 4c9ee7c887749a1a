import * as Data from "effect/Data"

/** Why the daemon did not come up: the sentences for the user, and its exit code. */
export class BootFailure extends Data.TaggedError("BootFailure")<{
  readonly text: string
  readonly code: number
}> {}

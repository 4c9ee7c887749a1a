import * as Data from "effect/Data"

/**
 * Why a process was not started, known before there was one. `kind` decides what a client is told (supervisord.md 2.6):
 * "noFile", "notExecutable", or "spawn" for everything else. `text` is the state's reason; it never holds a secret's value.
 */
export class LaunchFailure extends Data.TaggedError("LaunchFailure")<{
  readonly kind: "noFile" | "notExecutable" | "spawn"
  readonly text: string
}> {}

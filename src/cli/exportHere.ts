import * as Effect from "effect/Effect"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"

interface Shown {
  readonly line: (text: string) => Effect.Effect<void>
  readonly note: (text: string) => Effect.Effect<void>
}

export const exportHere = (
  _entries: ReadonlyArray<string>,
  _to: "ini" | "json",
  _shown: Shown
): Effect.Effect<void, CliFailure> =>
  Effect.fail(new CliFailure({ text: "not wired", hint: null, code: exitCodes.failed }))

import * as Effect from "effect/Effect"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"

export const importHere = (
  _file: string,
  _shown: { readonly line: (text: string) => Effect.Effect<void> }
): Effect.Effect<void, CliFailure> =>
  Effect.fail(new CliFailure({ text: "not wired", hint: null, code: exitCodes.failed }))

/** The desired state of files in another form. */
import * as Effect from "effect/Effect"
import { exportIni } from "../config/exportIni.ts"
import { renderProblems } from "../core/renderProblems.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { loadHere } from "./loadHere.ts"
import { screen } from "./screen.ts"

export const exportHere = Effect.fnUntraced(function* (
  entries: ReadonlyArray<string>,
  to: "ini" | "json"
) {
  const shown = yield* screen
  const color = shown.colour
  const { desired } = yield* Effect.mapError(
    loadHere(entries),
    ({ problems }) =>
      new CliFailure({
        text: `The files have errors:\n${renderProblems(problems, { color })}`,
        hint: null,
        code: exitCodes.failed
      })
  )
  if (to === "json") return yield* shown.json(desired)
  const { text, warnings } = exportIni(desired)
  if (warnings.length > 0) yield* shown.note(renderProblems(warnings, { color }))
  yield* shown.terminal.out(text)
})

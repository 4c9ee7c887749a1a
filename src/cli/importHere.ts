/** supervisord's ini as TypeScript on standard output; what is wrong with it, or cannot be said, on standard error. */
import * as Effect from "effect/Effect"
import { exportTypescript } from "../config/exportTypescript.ts"
import { importIni } from "../config/importIni.ts"
import { renderProblems } from "../core/renderProblems.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { HostServices } from "./loadHere.ts"
import { screen } from "./screen.ts"

export const importHere = Effect.fnUntraced(function* (file: string) {
  const shown = yield* screen
  const color = shown.colour
  const { groups, programs, warnings } = yield* importIni({ file }).pipe(
    Effect.provide(HostServices),
    Effect.mapError(
      ({ problems }) =>
        new CliFailure({
          text: `${file} has errors:\n${renderProblems(problems, { color })}`,
          hint: null,
          code: exitCodes.failed
        })
    )
  )
  if (warnings.length > 0) yield* shown.note(renderProblems(warnings, { color }))
  if (programs.length === 0) yield* shown.note(`${file} declares no programs.`)
  yield* shown.terminal.out(exportTypescript(programs, groups))
})

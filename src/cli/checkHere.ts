import * as Effect from "effect/Effect"
import { checkTypes } from "../config/checkTypes.ts"
import type { Problem } from "../domain/Problem.ts"
import { HostServices, loadHere } from "./loadHere.ts"

export interface Checked {
  readonly problems: ReadonlyArray<Problem>
  readonly programs: number
  readonly instances: number
}

/** `types`: with the project's own compiler as well. */
export const checkHere = Effect.fnUntraced(function* (
  entries: ReadonlyArray<string>,
  types: boolean
) {
  const loaded = yield* loadHere(entries).pipe(
    Effect.map(
      ({ desired, warnings }): Checked => ({
        problems: warnings,
        programs: desired.programs.length,
        instances: desired.programs.reduce((sum, program) => sum + program.instances.length, 0)
      })
    ),
    Effect.catch(({ problems }) => Effect.succeed({ problems, programs: 0, instances: 0 }))
  )
  if (!types) return loaded
  const found = yield* Effect.provide(checkTypes(entries), HostServices)
  return { ...loaded, problems: [...loaded.problems, ...found] }
})

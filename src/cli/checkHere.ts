import * as Effect from "effect/Effect"
import { checkTypes } from "../config/checkTypes.ts"
import type { Program } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import { HostServices, loadHere } from "./loadHere.ts"
import { supervisordHere } from "./supervisordHere.ts"
import { withHeldLimits } from "./withHeldLimits.ts"

export interface Checked {
  readonly problems: ReadonlyArray<Problem>
  readonly programs: number
  readonly instances: number
}

/** `types`: with the project's own compiler as well. A whole supervisord configuration is read as `reeve supervisord` does. */
export const checkHere = Effect.fnUntraced(function* (
  entries: ReadonlyArray<string>,
  types: boolean
) {
  const configuration = yield* supervisordHere(entries)
  if (configuration !== null) return checked(configuration.programs, configuration.problems)
  const loaded = yield* withHeldLimits(loadHere(entries)).pipe(
    Effect.map(({ desired, warnings }) => checked(desired.programs, warnings)),
    Effect.catch(({ problems }) => Effect.succeed({ problems, programs: 0, instances: 0 }))
  )
  if (!types) return loaded
  const found = yield* Effect.provide(checkTypes(entries), HostServices)
  return { ...loaded, problems: [...loaded.problems, ...found] }
})

const checked = (programs: ReadonlyArray<Program>, problems: ReadonlyArray<Problem>): Checked => ({
  problems,
  programs: programs.length,
  instances: programs.reduce((sum, { instances }) => sum + instances.length, 0)
})

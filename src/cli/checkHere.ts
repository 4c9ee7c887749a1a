import * as Effect from "effect/Effect"
import type { Problem } from "../domain/Problem.ts"
import { loadHere } from "./loadHere.ts"

export interface Checked {
  readonly problems: ReadonlyArray<Problem>
  readonly programs: number
  readonly instances: number
}

export const checkHere = (entries: ReadonlyArray<string>): Effect.Effect<Checked> =>
  loadHere(entries).pipe(
    Effect.map(
      ({ desired, warnings }): Checked => ({
        problems: warnings,
        programs: desired.programs.length,
        instances: desired.programs.reduce((sum, program) => sum + program.instances.length, 0)
      })
    ),
    Effect.catch(({ problems }) => Effect.succeed({ problems, programs: 0, instances: 0 }))
  )

import * as Effect from "effect/Effect"
import type { Problem } from "../domain/Problem.ts"

export interface Checked {
  readonly problems: ReadonlyArray<Problem>
  readonly programs: number
  readonly instances: number
}

export const checkHere = (
  _entries: ReadonlyArray<string>,
  _types: boolean
): Effect.Effect<Checked> => Effect.succeed({ problems: [], programs: 0, instances: 0 })

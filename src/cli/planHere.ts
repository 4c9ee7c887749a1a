/** A plan made without the daemon: the files are read here and compared with what the store knows. Never writes. */
import * as Effect from "effect/Effect"
import type { Desired } from "../domain/Desired.ts"
import type { Plan } from "../domain/Plan.ts"
import type { Problem } from "../domain/Problem.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"

export interface PlannedHere {
  readonly plan: Plan
  readonly desired: Desired | null
  readonly warnings: ReadonlyArray<Problem>
}

export const planHere = (_paths: ReadonlyArray<string>): Effect.Effect<PlannedHere, CliFailure> =>
  Effect.fail(new CliFailure({ text: "not wired", hint: null, code: exitCodes.failed }))

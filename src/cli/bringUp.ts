import type { Effect } from "effect/Effect"
import { fail } from "effect/Effect"
import type { Paths } from "../os/Paths.ts"
import { CliFailure } from "./CliFailure.ts"

export const bringUp = (_options: {
  readonly entries: ReadonlyArray<string>
  readonly places: Paths
  readonly detach: boolean
  readonly manual: boolean
  readonly quiet: boolean
}): Effect<void, CliFailure> => fail(new CliFailure({ text: "not wired", hint: null, code: 1 }))

/** How an apply, a rollback or a resume ended: lines for people, and the exit code. */

import * as Effect from "effect/Effect"
import type { ApplyAnswer } from "../api/messages.ts"
import { outcomeWord } from "../core/outcomeWord.ts"
import { ExitWith } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { screen } from "./screen.ts"

export const reportApplied = Effect.fnUntraced(function* (applied: ApplyAnswer) {
  const { style, ...shown } = yield* screen
  for (const failure of applied.failures) {
    yield* shown.note(`${style.red(failure.address)}: ${failure.text}`)
  }
  const [first] = applied.failures
  if (first !== undefined) {
    yield* shown.note(`See: reeve why ${first.address}; reeve logs ${first.address}`)
  }
  const { generation, outcome } = applied
  const word = outcome === "unhealthy" ? "applied, but not healthy" : outcomeWord(outcome)
  yield* shown.line(`Generation ${generation}: ${word}.`)
})

export const exitAsApplied = Effect.fnUntraced(function* (applied: ApplyAnswer) {
  if (applied.outcome === "rolledBack") return yield* new ExitWith({ code: exitCodes.rolledBack })
  if (applied.outcome === "failed") return yield* new ExitWith({ code: exitCodes.leftAsIs })
  if (applied.outcome === "unhealthy" || applied.failures.length > 0) {
    return yield* new ExitWith({ code: exitCodes.unhealthy })
  }
})

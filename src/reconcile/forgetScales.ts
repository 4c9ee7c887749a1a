/**
 * A number of instances set by hand ends with its program, as a stop by hand does: no name is left by which people could
 * release it, and a program that is declared again later would surprise them with it.
 */
import * as Effect from "effect/Effect"
import { programKey } from "../core/programKey.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Store } from "../store/Store.ts"

export const forgetScales = (
  { overrides }: Store["Service"],
  { programs }: Desired
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const scales = yield* overrides.scales
    if (scales.length === 0) return
    const declared = new Set(
      programs.map(({ group, name }) => programKey({ group, program: name }))
    )
    for (const scale of scales) {
      if (declared.has(programKey(scale))) continue
      yield* overrides.removeScale(scale.group, scale.program)
    }
  }).pipe(
    Effect.catchTag("StoreFailure", ({ message }) =>
      Effect.logError(`a number of instances set by hand was not forgotten: ${message}`)
    )
  )

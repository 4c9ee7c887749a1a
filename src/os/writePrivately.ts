import { readFileSync, writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errnoOf.ts"

/** Writes a file that only its owner can read; fails with the errno's name. */
export const writePrivately = (path: string, text: string): Effect.Effect<void, string> =>
  Effect.try({ try: () => writeFileSync(path, text, { mode: 0o600 }), catch: errnoOf })

/** The text of a file that the user named; fails with the errno's name. */
export const readNamed = (path: string): Effect.Effect<string, string> =>
  Effect.try({ try: () => readFileSync(path, "utf8"), catch: errnoOf })

import { statSync } from "node:fs"
import * as Effect from "effect/Effect"
import { checkSupervisord } from "../config/checkSupervisord.ts"
import { entryKind } from "../os/scanEntries.ts"
import { HostServices } from "./loadHere.ts"

/** Of a single file that is a whole supervisord configuration, all of it; null: it is none. */
export const supervisordHere = Effect.fnUntraced(function* (entries: ReadonlyArray<string>) {
  const [file] = entries
  if (entries.length !== 1 || file === undefined || entryKind(file) === "module") return null
  if (statSync(file).isDirectory()) return null
  return yield* Effect.provide(checkSupervisord(file), HostServices)
})

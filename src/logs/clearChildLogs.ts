/**
 * The logs of earlier runs under names that supervisord chose: removed at each start and reload, unless `nocleanup` is set
 * (supervisord.md 3.3).
 */
import * as Effect from "effect/Effect"
import { childLogPattern } from "../core/childLogName.ts"
import { repr } from "../core/ini/pythonText.ts"
import { removeMatching } from "../os/removeMatching.ts"

/** What is to be warned of in the main log (supervisord.md 3.1). */
export const clearChildLogs = (
  directory: string,
  identifier: string
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.map(removeMatching(directory, childLogPattern(identifier)), (failed) =>
    failed === null
      ? ["Could not clear childlog dir"]
      : failed.map((path) => `Failed to clean up ${repr(path)}`)
  )

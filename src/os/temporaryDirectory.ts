import { mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A directory that only this user may enter, a real path; it goes with the scope. */
export const temporaryDirectory = (name: string): Effect.Effect<string, string, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => realpathSync(mkdtempSync(join(tmpdir(), `${name}-`))),
      catch: (cause) => (cause instanceof Error ? cause.message : String(cause))
    }),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }))
  )

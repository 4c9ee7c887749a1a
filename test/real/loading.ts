/** A loader as the daemon has it, on directories of a test's own. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { type EvaluatorLimits, evaluatorLive } from "../../src/config/evaluate.ts"
import { Loader } from "../../src/config/Loader.ts"
import { LoaderLive } from "../../src/config/LoaderLive.ts"
import { WatcherLive } from "../../src/config/WatcherLive.ts"
import { renderProblems } from "../../src/core/renderProblems.ts"
import { FilesLive } from "../../src/os/FilesLive.ts"
import { HostLive } from "../../src/os/HostLive.ts"
import { UsersLive } from "../../src/os/UsersLive.ts"

export const loadingLive = (limits: Partial<EvaluatorLimits> = {}) =>
  Layer.mergeAll(LoaderLive, WatcherLive).pipe(
    Layer.provideMerge(evaluatorLive(limits)),
    Layer.provideMerge(Layer.mergeAll(HostLive, FilesLive, UsersLive))
  )

export const fixture = (path: string): string =>
  fileURLToPath(new URL(`../fixtures/evaluate/${path}`, import.meta.url))

/** A directory that is gone when the scope closes. Names may hold directories. */
export const workspace = (files: Readonly<Record<string, string | Uint8Array>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const path = realpathSync(mkdtempSync(join(tmpdir(), "reeve-load-")))
      for (const [name, content] of Object.entries(files)) put(join(path, name), content)
      return path
    }),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )

export const put = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** What a user sees, and what was loaded; `null` where the load failed. */
export const loadAll = Effect.fnUntraced(function* (entries: ReadonlyArray<string>) {
  const loader = yield* Loader
  const result = yield* Effect.result(loader.load(entries))
  return Result.isSuccess(result)
    ? {
        text: shown(result.success.warnings),
        loaded: result.success,
        inputs: result.success.inputs
      }
    : { text: shown(result.failure.problems), loaded: null, inputs: result.failure.inputs }
})

const shown = (problems: Parameters<typeof renderProblems>[0]): string =>
  renderProblems(problems, { color: false })

/** Looks, for a plan that is to be shown, whether processes still have the files that they were made from. */
import * as Effect from "effect/Effect"
import type { Actual, ActualInstance, SourceChange } from "../domain/Actual.ts"
import { sourceWaitMs } from "../domain/limits.ts"
import type { ProcessSources } from "../domain/ProcessSources.ts"
import { type ChangedFile, changedFiles } from "../os/processSources.ts"

/** `sources`: by spawn id. A process of which nothing is on record is not looked at. */
export const withSourceChanges = (
  actual: Actual,
  sources: ReadonlyMap<string, ProcessSources>
): Effect.Effect<Actual> =>
  Effect.map(
    Effect.forEach(actual.instances, (it) => changesOf(it, sources), { concurrency: 16 }),
    (found) => ({ ...actual, sourceChanges: found.flat() })
  )

const changesOf = (
  { process, spec }: ActualInstance,
  sources: ReadonlyMap<string, ProcessSources>
): Effect.Effect<ReadonlyArray<SourceChange>> => {
  const made = process === null ? undefined : sources.get(process.spawnId)
  if (process === null || made === undefined) return Effect.succeed([])
  const { pid, spawnId } = process
  return Effect.promise(() => changedFiles({ pid, spawnId, sources: made })).pipe(
    Effect.timeoutOrElse({ duration: sourceWaitMs, orElse: () => Effect.succeed([]) }),
    Effect.map((files) =>
      files.map((file): SourceChange => {
        const kind = file.what === "script" ? "program" : file.what
        return { key: spec.key, kind, text: textOf(file, pid), at: file.at }
      })
    )
  )
}

/** The age goes behind the first clause. */
const textOf = ({ how, path, what }: ChangedFile, pid: number): string => {
  const changed = how === "changed"
  switch (what) {
    case "program":
      return changed
        ? `program replaced; pid ${pid} runs the old ${path} until its next start`
        : `program removed; pid ${pid} runs on without ${path}, which its next start needs`
    case "script":
      return changed
        ? `script changed; pid ${pid} began with the old ${path}`
        : `script removed; pid ${pid} runs on without ${path}, which its next start needs`
    case "envFile":
      return changed
        ? `envFile changed; pid ${pid} has the old values of ${path} until its next start`
        : `envFile removed; pid ${pid} runs on without ${path}, which its next start needs`
    case "secret":
      return changed
        ? `secret file changed; pid ${pid} has the old value of ${path} until its next start`
        : `secret file removed; pid ${pid} runs on without ${path}, which its next start needs`
  }
}

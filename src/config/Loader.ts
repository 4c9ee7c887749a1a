/** From files to desired state: evaluate in a child process, check, expand. Never touches what runs. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { ScaleOverride } from "../domain/Actual.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import type { RevisionFailure } from "./revisionFiles.ts"

/** All that is wrong, at once; at least one is an error. */
export class LoadFailure extends Data.TaggedError("LoadFailure")<{
  readonly problems: ReadonlyArray<Problem>
  /** Known inputs, so that the watcher sees the correction. */
  readonly inputs: ReadonlyArray<string>
}> {}

export interface Loaded {
  readonly desired: Desired
  readonly warnings: ReadonlyArray<Problem>
  /**
   * Absolute paths of all files that took part: entries, imports, includes, envFiles; and the patterns of `[include]`, which
   * other files may come to match.
   */
  readonly inputs: ReadonlyArray<string>
  /** Names of programs that changed although no file did: they would drift for ever, and are not to be applied. */
  readonly unpredictable?: ReadonlyArray<string>
}

export class Loader extends Context.Service<
  Loader,
  {
    /** `entries`: files and directories as the operator named them, absolute. */
    readonly load: (
      entries: ReadonlyArray<string>,
      /** Numbers of instances set by hand: they replace those of the files before anything is expanded. */
      scales?: ReadonlyArray<ScaleOverride>
    ) => Effect.Effect<Loaded, LoadFailure>
    /** The same of a git revision, as if its files were in the place of those in the working tree. */
    readonly loadRevision: (
      entries: ReadonlyArray<string>,
      revision: string,
      scales?: ReadonlyArray<ScaleOverride>
    ) => Effect.Effect<Loaded, LoadFailure | RevisionFailure>
  }
>()("reeve/config/Loader") {}

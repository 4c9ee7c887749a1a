/** Tells that inputs changed, once it is quiet (design 6.4). It never says what changed: a load reads everything. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"

export class Watcher extends Context.Service<
  Watcher,
  {
    readonly changes: (
      entries: ReadonlyArray<string>
    ) => Effect.Effect<Stream.Stream<void>, never, Scope.Scope>
    /** After each load: what to watch besides the entries. */
    readonly watchAlso: (inputs: ReadonlyArray<string>) => Effect.Effect<void>
  }
>()("reeve/config/Watcher") {}

/** Tells that files changed for which programs are to be restarted (`watch`) or signalled (`reload.on`), once it is quiet. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"

/** One of the files that changed in a burst, for the instances that watch it. */
export interface SourceChange {
  readonly keys: ReadonlyArray<InstanceKey>
  /** What the instances are to have for it. */
  readonly effect: "reload" | "restart"
  /** As the definition leads to it. */
  readonly path: string
  /** Wall clock, milliseconds. */
  readonly at: number
}

export class SourceWatcher extends Context.Service<
  SourceWatcher,
  {
    /**
     * Watches for these instead of those before; nothing where none asks for it. Resolves when no later change is missed, after
     * some seconds at most.
     */
    readonly follow: (specs: ReadonlyArray<InstanceSpec>) => Effect.Effect<void>
    /** Waits for the next burst. Each instance is in one change of it at most for each effect. */
    readonly next: Effect.Effect<ReadonlyArray<SourceChange>>
  }
>()("reeve/config/SourceWatcher") {}

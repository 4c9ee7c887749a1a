/**
 * What reeve remembers (design 10): process facts of this boot in the runtime directory, everything else in the state directory.
 * Calls are synchronous underneath (node:sqlite). A failure to write (disk full) is a typed failure: supervision goes on
 * without the record and says so.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Override, ScaleOverride } from "../domain/Actual.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Event, EventBody } from "../domain/Event.ts"
import type { Generation, GenerationSummary, Outcome } from "../domain/Generation.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { Plan } from "../domain/Plan.ts"
import type { ExitStatus, Process, Reason, State } from "../domain/State.ts"

export class StoreFailure extends Data.TaggedError("StoreFailure")<{ readonly message: string }> {}

/** The last known state of an instance, for plans without a daemon. */
export interface InstanceRecord {
  readonly spec: InstanceSpec
  readonly started: InstanceSpec | null
  readonly state: State
  readonly reason: Reason | null
  readonly exit: ExitStatus | null
  readonly since: number
  readonly startedAt: number | null
  readonly stoppedAt: number | null
}

export interface ProcessRecord extends Process {
  readonly instance: InstanceKey
  readonly address: string
}

export class Store extends Context.Service<
  Store,
  {
    readonly generations: {
      readonly append: (entry: {
        readonly desired: Desired
        readonly plan: Plan
        readonly who: string
        readonly at: number
      }) => Effect.Effect<number, StoreFailure>
      readonly setOutcome: (
        number: number,
        outcome: Outcome,
        detail: string | null
      ) => Effect.Effect<void, StoreFailure>
      /** Newest first. */
      readonly list: (
        limit: number
      ) => Effect.Effect<ReadonlyArray<GenerationSummary>, StoreFailure>
      readonly get: (number: number) => Effect.Effect<Generation | null, StoreFailure>
      readonly latest: Effect.Effect<Generation | null, StoreFailure>
    }
    readonly journal: {
      readonly append: (at: number, body: EventBody) => Effect.Effect<Event, StoreFailure>
      /** Oldest first; `instance` null: all. */
      readonly list: (query: {
        readonly instance: InstanceKey | null
        readonly after: number
        readonly limit: number
      }) => Effect.Effect<ReadonlyArray<Event>, StoreFailure>
      /** The newest `limit`, oldest first. */
      readonly tail: (query: {
        readonly instance: InstanceKey | null
        readonly limit: number
      }) => Effect.Effect<ReadonlyArray<Event>, StoreFailure>
    }
    readonly overrides: {
      readonly list: Effect.Effect<ReadonlyArray<Override>, StoreFailure>
      readonly put: (override: Override) => Effect.Effect<void, StoreFailure>
      readonly remove: (key: InstanceKey) => Effect.Effect<void, StoreFailure>
      readonly rename: (from: InstanceKey, to: InstanceKey) => Effect.Effect<void, StoreFailure>
      readonly scales: Effect.Effect<ReadonlyArray<ScaleOverride>, StoreFailure>
      readonly putScale: (scale: ScaleOverride) => Effect.Effect<void, StoreFailure>
      readonly removeScale: (group: string, program: string) => Effect.Effect<void, StoreFailure>
    }
    readonly instances: {
      readonly list: Effect.Effect<ReadonlyArray<InstanceRecord>, StoreFailure>
      readonly put: (record: InstanceRecord) => Effect.Effect<void, StoreFailure>
      readonly remove: (key: InstanceKey) => Effect.Effect<void, StoreFailure>
    }
    /** Facts of this boot: intent before the spawn, identity after it, the exit before it is reaped. */
    readonly processes: {
      readonly intend: (
        spawnId: string,
        instance: InstanceKey,
        address: string
      ) => Effect.Effect<void, StoreFailure>
      readonly started: (record: ProcessRecord) => Effect.Effect<void, StoreFailure>
      readonly exited: (
        spawnId: string,
        status: ExitStatus,
        at: number
      ) => Effect.Effect<void, StoreFailure>
      readonly rename: (
        from: InstanceKey,
        to: InstanceKey,
        address: string
      ) => Effect.Effect<void, StoreFailure>
      /** Started, and no exit recorded. */
      readonly live: Effect.Effect<ReadonlyArray<ProcessRecord>, StoreFailure>
    }
  }
>()("reeve/store/Store") {}

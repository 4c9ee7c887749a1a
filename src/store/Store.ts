/**
 * What reeve remembers (design 10): process facts of this boot in the runtime directory, everything else in the state directory.
 * Calls are synchronous underneath (node:sqlite). A failure to write (disk full) is a typed failure: supervision goes on
 * without the record and says so.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Override, ScaleOverride } from "../domain/Actual.ts"
import type { Completion } from "../domain/Completion.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Event, EventBody } from "../domain/Event.ts"
import type { Generation, GenerationSummary, Outcome } from "../domain/Generation.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { Pin } from "../domain/Pin.ts"
import type { Plan } from "../domain/Plan.ts"
import type { ProcessSources } from "../domain/ProcessSources.ts"
import type { ExitStatus, Process, Reason, State } from "../domain/State.ts"
import type { Resumption } from "./resumption.ts"

/** "damaged": the file itself is what is wrong. "newer": a newer reeve wrote it. "unusable": it cannot be reached or written. */
export class StoreFailure extends Data.TaggedError("StoreFailure")<{
  readonly kind: "damaged" | "newer" | "unusable"
  readonly message: string
}> {}

/** What is known of an instance, for plans without a daemon and for the daemon that comes next. */
export interface InstanceRecord {
  readonly spec: InstanceSpec
  readonly started: InstanceSpec | null
  /** Waits until the instance comes to rest (a restart is under way). */
  readonly next: InstanceSpec | null
  readonly state: State
  readonly reason: Reason | null
  readonly exit: ExitStatus | null
  readonly since: number
  readonly startedAt: number | null
  readonly stoppedAt: number | null
  readonly bootId: string
  readonly resumption: Resumption
}

export interface ProcessRecord extends Process {
  readonly instance: InstanceKey
  readonly address: string
  /** CLOCK_MONOTONIC at the spawn, milliseconds. */
  readonly spawnedMs: number
}

/** A spawn that was about to be made: whether it was, nobody wrote down. */
export interface Intent {
  readonly spawnId: string
  readonly instance: InstanceKey
  readonly address: string
  /** CLOCK_MONOTONIC, milliseconds. */
  readonly intendedMs: number
  /** The files that it is made from; absent: not known. */
  readonly sources?: ProcessSources
}

export interface NewGeneration {
  readonly desired: Desired
  readonly plan: Plan
  readonly who: string
  readonly at: number
  /** It takes the place of a generation that failed, of which the outcome is recorded in the same moment. */
  readonly undoes?: {
    readonly number: number
    readonly detail: string
    /** The generation whose content it is. */
    readonly rollbackOf: number
    readonly reason: string
  }
  /** It is pinned in the same moment; `rollbackOf` null: it is no older generation's content. */
  readonly pinned?: { readonly rollbackOf: number | null; readonly reason: string | null }
}

export interface Succession {
  readonly from: InstanceKey
  readonly successor: InstanceRecord
  /** What ran before. */
  readonly former: InstanceRecord
}

/** A process life and how it ended. */
export interface ProcessEnd {
  readonly record: ProcessRecord
  readonly exit: ExitStatus
}

export class Store extends Context.Service<
  Store,
  {
    /** Databases that were found damaged and were begun anew when the daemon began: a sentence for each. */
    readonly rebuilt: ReadonlyArray<string>
    /** Databases that were not there then: a sentence for each on what that means where a daemon ran before. */
    readonly begun: ReadonlyArray<string>
    readonly generations: {
      readonly append: (entry: NewGeneration) => Effect.Effect<number, StoreFailure>
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
      readonly scales: Effect.Effect<ReadonlyArray<ScaleOverride>, StoreFailure>
      readonly putScale: (scale: ScaleOverride) => Effect.Effect<void, StoreFailure>
      readonly removeScale: (group: string, program: string) => Effect.Effect<void, StoreFailure>
      /** Removes those that are over by `now` (wall clock, milliseconds), and gives them. */
      readonly expireScales: (
        now: number
      ) => Effect.Effect<ReadonlyArray<ScaleOverride>, StoreFailure>
      readonly pin: Effect.Effect<Pin | null, StoreFailure>
      readonly putPin: (pin: Pin) => Effect.Effect<void, StoreFailure>
      readonly removePin: Effect.Effect<void, StoreFailure>
    }
    /** Tasks that have completed, also of instances that are gone. */
    readonly completions: {
      readonly list: Effect.Effect<ReadonlyArray<Completion>, StoreFailure>
      readonly get: (key: InstanceKey) => Effect.Effect<Completion | null, StoreFailure>
      readonly put: (completion: Completion) => Effect.Effect<void, StoreFailure>
      readonly remove: (key: InstanceKey) => Effect.Effect<void, StoreFailure>
    }
    readonly instances: {
      readonly list: Effect.Effect<ReadonlyArray<InstanceRecord>, StoreFailure>
      readonly put: (record: InstanceRecord) => Effect.Effect<void, StoreFailure>
      readonly remove: (key: InstanceKey) => Effect.Effect<void, StoreFailure>
    }
    /** A run of reeve, from `up` to an orderly end; a daemon that dies does not end it. */
    readonly session: {
      /** Whether one is open that was begun in this boot: what ran then is to be taken over. Begins one in any case. */
      readonly begin: (bootId: string) => Effect.Effect<boolean, StoreFailure>
      readonly end: Effect.Effect<void, StoreFailure>
    }
    /** Facts of this boot: intent before the spawn, identity after it, the exit before it is reaped. */
    readonly processes: {
      /** `record`: what the instance is from now on, on record in the same moment. */
      readonly intend: (intent: Intent, record: InstanceRecord) => Effect.Effect<void, StoreFailure>
      /** The spawn was refused: there is no such process. */
      readonly abandon: (spawnId: string) => Effect.Effect<void, StoreFailure>
      readonly started: (record: ProcessRecord) => Effect.Effect<void, StoreFailure>
      readonly exited: (
        spawnId: string,
        status: ExitStatus,
        at: number
      ) => Effect.Effect<void, StoreFailure>
      /**
       * The instance that had the key `from` is what `record` says, and so are its process lives; what stands beside its process
       * goes with it. All in the same moment, after what was handed in before.
       */
      readonly rename: (
        from: InstanceKey,
        record: InstanceRecord
      ) => Effect.Effect<void, StoreFailure>
      /**
       * A successor that had the key `from` has the one of its record from now on, and what ran under that before has another,
       * with their process lives, all in the same moment.
       */
      readonly succeed: (succession: Succession) => Effect.Effect<void, StoreFailure>
      /** Started, and no exit recorded. */
      readonly live: Effect.Effect<ReadonlyArray<ProcessRecord>, StoreFailure>
      /** By spawn id, the files that the live ones were made from, where that is known. */
      readonly sources: Effect.Effect<ReadonlyMap<string, ProcessSources>, StoreFailure>
      readonly intents: Effect.Effect<ReadonlyArray<Intent>, StoreFailure>
      /** Whose a process life was: of those asked for that are on record, ended or not. */
      readonly owners: (
        spawnIds: ReadonlyArray<string>
      ) => Effect.Effect<ReadonlyMap<string, InstanceKey>, StoreFailure>
      /** Of those asked for that have ended. */
      readonly ends: (
        spawnIds: ReadonlyArray<string>
      ) => Effect.Effect<ReadonlyArray<ProcessEnd>, StoreFailure>
    }
  }
>()("reeve/store/Store") {}

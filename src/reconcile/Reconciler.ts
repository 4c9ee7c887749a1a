/**
 * Brings actual to desired: load → plan → (hold or) apply → look again. Level-triggered: every trigger means "look", never
 * "do this". One apply at a time; a newer generation supersedes it.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { LoadFailure } from "../config/Loader.ts"
import type { RevisionFailure } from "../config/revisionFiles.ts"
import type { Desired, SupervisorSettings } from "../domain/Desired.ts"
import type { Outcome } from "../domain/Generation.ts"
import type { Pin } from "../domain/Pin.ts"
import type { Hold, Plan } from "../domain/Plan.ts"
import type { Problem } from "../domain/Problem.ts"
import type { StoreFailure } from "../store/Store.ts"

/** One action failed or ended: for progress lines. */
export interface Progress {
  readonly done: number
  readonly total: number
  readonly action: string
  readonly text: string
}

export interface Applied {
  readonly generation: number
  readonly outcome: Outcome
  readonly plan: Plan
  readonly failures: ReadonlyArray<{ readonly address: string; readonly text: string }>
}

/** The saved plan touches an instance that has moved since (exit 4). */
export class StalePlan extends Data.TaggedError("StalePlan")<{
  readonly moved: ReadonlyArray<string>
}> {}
/** A guard holds it (exit 6). */
export class Held extends Data.TaggedError("Held")<{
  readonly holds: ReadonlyArray<Hold>
  readonly plan: Plan
}> {}

/** A generation is kept running until `reeve resume`: nothing else is applied (exit 6). */
export class Pinned extends Data.TaggedError("Pinned")<{ readonly pin: Pin }> {}
/** It is not on record. */
export class NoSuchGeneration extends Data.TaggedError("NoSuchGeneration")<{
  readonly number: number
}> {}
/** It cannot be gone back to; one sentence, and nothing was changed (exit 6). */
export class NoRollback extends Data.TaggedError("NoRollback")<{ readonly text: string }> {}

export type RollbackRefusal = NoSuchGeneration | NoRollback | StoreFailure

export interface RollbackPlan {
  /** The generation to go back to. */
  readonly to: number
  readonly plan: Plan
}

export interface Resumed {
  /** What held until now; null: nothing was pinned, and nothing was done. */
  readonly pin: Pin | null
  /** What the files said led to that; null: nothing, or it waits, or the files have errors. */
  readonly applied: Applied | null
  readonly status: ReconcilerStatus
}

export interface ReconcilerStatus {
  readonly generation: number | null
  readonly phase: "idle" | "loading" | "applying"
  readonly pin: Pin | null
  readonly pending: { readonly plan: Plan; readonly holds: ReadonlyArray<Hold> } | null
  /** Of the last load that failed; empty when the files are good. */
  readonly problems: ReadonlyArray<Problem>
  readonly warnings: ReadonlyArray<Problem>
}

export class Reconciler extends Context.Service<
  Reconciler,
  {
    /** Runs for ever: watches and applies. Completes boot (first load and apply) before it looks at changes. */
    readonly run: Effect.Effect<never>
    /** The first load is over, and what it led to is begun. */
    readonly booted: Effect.Effect<void>
    /** Loads now and gives the plan; changes nothing. */
    readonly plan: Effect.Effect<
      { readonly plan: Plan; readonly desired: Desired; readonly warnings: ReadonlyArray<Problem> },
      LoadFailure
    >
    /** The same of a git revision of the files. */
    readonly planRevision: (
      revision: string
    ) => Effect.Effect<
      { readonly plan: Plan; readonly desired: Desired; readonly warnings: ReadonlyArray<Problem> },
      LoadFailure | RevisionFailure
    >
    /** Loads now and applies, also what was held ("confirmed"). `protectedToo`: stops protected programs as well. */
    readonly apply: (options: {
      readonly who: string
      readonly protectedToo: boolean
      readonly desired?: Desired
      readonly basis?: Plan["basis"]
      /** `desired` is of this git revision, not what the files say now: it is pinned. */
      readonly revision?: string
      readonly wait: boolean
    }) => Effect.Effect<Applied, LoadFailure | StalePlan | Held | Pinned | StoreFailure>
    /** What a rollback would do. `to` null: to the generation before the present one. */
    readonly planRollback: (
      to: number | null,
      protectedToo?: boolean
    ) => Effect.Effect<RollbackPlan, RollbackRefusal>
    /** Makes an accepted generation what is kept running, and pins it: the files play no part until `resume`. */
    readonly rollback: (options: {
      readonly to: number | null
      readonly who: string
      readonly reason: string | null
      readonly protectedToo: boolean
      readonly wait: boolean
    }) => Effect.Effect<Applied, RollbackRefusal | Held>
    /** Ends the pin; then a look as after a save, to the end of what it led to. */
    readonly resume: (who: string) => Effect.Effect<Resumed, StoreFailure>
    /**
     * Makes one group as the Loader says, for a client who named it: no guard holds it, and nothing of other groups is waited
     * for. Resolves when its stops have ended and its starts have begun. `content`: becomes what is kept running, instead of
     * what the Loader says.
     */
    readonly applyGroup: (
      group: string,
      who: string,
      content?: Desired
    ) => Effect.Effect<Applied, LoadFailure | Pinned>
    /**
     * Loads now and gives what the files say. Where saves apply by themselves, what no guard holds of it is carried out first,
     * so that what differs afterwards waits for somebody; in manual mode nothing is applied.
     */
    readonly followFiles: Effect.Effect<Desired, LoadFailure>
    /** SIGHUP: look again. */
    readonly poke: Effect.Effect<void>
    /** Loads and looks now, as after a save, and resolves when what that led to has ended. For `scale` and `release`. */
    readonly look: Effect.Effect<void>
    /** What was done by hand ends at a moment (wall clock, milliseconds), and is to be looked at then. */
    readonly endAt: (at: number) => Effect.Effect<void>
    readonly status: Effect.Effect<ReconcilerStatus>
    /** `accepted`: what is kept running; `loaded`: of the last good load. Null before the first. */
    readonly content: () => { readonly accepted: Desired | null; readonly loaded: Desired | null }
    /** What `defineSupervisor` says in the content accepted last; null before the first. */
    readonly settings: Effect.Effect<SupervisorSettings | null>
  }
>()("reeve/reconcile/Reconciler") {}

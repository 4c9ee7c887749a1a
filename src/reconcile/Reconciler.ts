/**
 * Brings actual to desired: load → plan → (hold or) apply → look again. Level-triggered: every trigger means "look", never
 * "do this". One apply at a time; a newer generation supersedes it.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { LoadFailure } from "../config/Loader.ts"
import type { Desired, SupervisorSettings } from "../domain/Desired.ts"
import type { Outcome } from "../domain/Generation.ts"
import type { Hold, Plan } from "../domain/Plan.ts"
import type { Problem } from "../domain/Problem.ts"

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

export interface ReconcilerStatus {
  readonly generation: number | null
  readonly phase: "idle" | "loading" | "applying"
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
    /** Loads now and gives the plan; changes nothing. */
    readonly plan: Effect.Effect<
      { readonly plan: Plan; readonly desired: Desired; readonly warnings: ReadonlyArray<Problem> },
      LoadFailure
    >
    /** Loads now and applies, also what was held ("confirmed"). `protectedToo`: stops protected programs as well. */
    readonly apply: (options: {
      readonly who: string
      readonly protectedToo: boolean
      readonly desired?: Desired
      readonly basis?: Plan["basis"]
      readonly wait: boolean
    }) => Effect.Effect<Applied, LoadFailure | StalePlan | Held>
    /**
     * Makes one group as the Loader says, for a client who named it: no guard holds it, and nothing of other groups is waited
     * for. Resolves when its stops have ended and its starts have begun. `content`: becomes what is kept running, instead of
     * what the Loader says.
     */
    readonly applyGroup: (
      group: string,
      who: string,
      content?: Desired
    ) => Effect.Effect<Applied, LoadFailure>
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

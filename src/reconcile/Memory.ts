/**
 * What the reconciler knows between two looks: what was accepted, what the files said last, what waits. One per daemon,
 * changed only by the reconciler's own steps.
 */
import type * as Deferred from "effect/Deferred"
import type { Loaded } from "../config/Loader.ts"
import type { PlanOptions } from "../core/planFacts.ts"
import type { Desired } from "../domain/Desired.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import type { Pin } from "../domain/Pin.ts"
import type { Plan } from "../domain/Plan.ts"
import type { Problem } from "../domain/Problem.ts"
import type { Applied, ReconcilerStatus } from "./Reconciler.ts"

/** For the first end of something done by hand. */
export interface Alarm {
  /** Wall clock, milliseconds. */
  readonly ringsAt: number
  cancel: () => void
}

/** An apply of which something has to wait; it goes on with what happens meanwhile. */
export interface Rollout {
  readonly number: number
  /** As it was when it began. */
  readonly plan: Plan
  readonly options: PlanOptions
  readonly conclusion: Deferred.Deferred<Applied>
  /** Null: nobody has looked yet. */
  readonly progress: Progress | null
  /** The failed apply whose place it takes; null: it undoes none. */
  readonly undoes: Applied | null
  /** Milliseconds until time alone may change how it stands; null: it does not. */
  readonly lookInMs: number | null
}

export interface Progress {
  /** Instances that were up with what is new, once or still. */
  readonly arrived: ReadonlySet<InstanceKey>
  /** Actions that were left. */
  readonly left: number
  /** When it last got further: milliseconds of a clock that nobody sets. */
  readonly at: number
}

/** What was undone because it failed: not tried again unasked while the files say the same. */
export interface Bad {
  readonly number: number
  readonly content: Desired
  /** Why, in a sentence without its end. */
  readonly text: string
}

export interface Memory {
  /** What is kept running. */
  accepted: { readonly number: number; readonly desired: Desired } | null
  /** The last good load, accepted or not. */
  candidate: Loaded | null
  /** Of the last load, when it failed. */
  problems: ReadonlyArray<Problem>
  warnings: ReadonlyArray<Problem>
  pending: ReconcilerStatus["pending"]
  /** What was accepted stays until `reeve resume`, whatever the files say. */
  pin: Pin | null
  /** Hash of what the files said when it was pinned: whoever pinned it knows, and is not told. */
  pinnedOver: string | null
  /** Rollbacks that wait for their turn: until the last of them had its own, nothing else is carried out. */
  rollbacksWaiting: number
  /** Programs (`programKey`) that changed although no file did, with the revisions they had then. */
  unpredictable: ReadonlyMap<string, string>
  /** Hash of the content whose apply failed: not tried again before something changes. */
  failed: string | null
  loads: number
  /** The apply at work; `superseded` makes it end early. */
  applying: { readonly hash: string; superseded: boolean } | null
  /** A look is waiting for its turn: another would see the same. */
  lookWaits: boolean
  /** When the next look comes by itself: milliseconds of a clock that nobody sets; null: none does. */
  ringsAt: number | null
  pauseMs: number
  /** Null: the last apply has ended. */
  rollout: Rollout | null
  /** The generation that is undone should it fail; null: none, as it was good before, or somebody went back to it. */
  unproven: number | null
  /** Null: the files do not say it any more, or never did. */
  bad: Bad | null
  /** Instances whose restart waits for something that they depend on, or whose reload waits until they are up. */
  blocked: ReadonlySet<InstanceKey>
  /** Instances that follow others and whose turn had not come when the apply was over: they take it without a word. */
  deferred: ReadonlySet<InstanceKey>
  /** Programs (`programKey`) whose changes may lead to another plan: others follow them, or wait for them. */
  followed: ReadonlySet<string>
  /** Null: nothing that was done by hand ends by itself. */
  alarm: Alarm | null
}

export const newMemory = (firstPauseMs: number): Memory => ({
  accepted: null,
  candidate: null,
  problems: [],
  warnings: [],
  pending: null,
  pin: null,
  pinnedOver: null,
  rollbacksWaiting: 0,
  unpredictable: new Map(),
  failed: null,
  loads: 0,
  applying: null,
  lookWaits: false,
  ringsAt: null,
  pauseMs: firstPauseMs,
  rollout: null,
  unproven: null,
  bad: null,
  blocked: new Set(),
  deferred: new Set(),
  followed: new Set(),
  alarm: null
})

export const statusOf = (memory: Memory): ReconcilerStatus => ({
  generation: memory.accepted?.number ?? null,
  phase:
    memory.applying !== null || memory.rollout !== null
      ? "applying"
      : memory.loads > 0
        ? "loading"
        : "idle",
  pending: memory.pending,
  pin: memory.pin,
  problems: memory.problems,
  warnings: memory.warnings
})

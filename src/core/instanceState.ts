/**
 * The vocabulary of the instance machine: what it remembers, what can happen to it, and what it orders. All of it is plain
 * data; times are milliseconds of one monotonic clock, so that a change of the wall clock means nothing here.
 */
import type { Definition } from "../domain/Definition.ts"
import type { Awaited } from "../domain/Dependency.ts"
import type { ExitStatus, Reason, State } from "../domain/State.ts"

/** The part of a definition that decides about starts, restarts and stops. */
export type Policy = Pick<Definition, "start" | "restart" | "stop" | "hooks"> &
  Partial<Pick<Definition, "ready" | "task">>

/** A stop that is under way. */
export interface Stopping {
  /** Becomes the reason of STOPPED. */
  readonly reason: Reason
  /** When SIGKILL is due (again). */
  readonly killAt: number
  /** SIGKILLs ordered so far. */
  readonly kills: number
  /** How often what is left of the process group was looked at since the process itself ended. */
  readonly sweeps: number
  /** The stop signal waits for the hook `beforeStop`, until the deadline. */
  readonly waits: boolean
}

export interface InstanceState {
  readonly state: State
  /** Why it does not run; null in STARTING and RUNNING. */
  readonly reason: Reason | null
  /**
   * "pending": a spawn was ordered and is not answered yet. "dead": seen dead, and its exit not delivered yet; it never
   * counts as having come up.
   */
  readonly life: "none" | "pending" | "live" | "dead"
  /** Start of the latest process. */
  readonly spawnedAt: number
  /** Consecutive failed starts, and early restarts where those are paced; supervisord's `backoff`. */
  readonly failures: number
  /** When the next "tick" is due; null: nothing is waited for. */
  readonly deadline: number | null
  readonly stop: Stopping | null
  /** A start was asked for during a stop; it follows when the stop is complete. */
  readonly again: boolean
  /** Its process was ready once since its start. */
  readonly proven: boolean
  /** reeve is shutting down: nothing is started any more. */
  readonly closed: boolean
  /** The conditions that do not hold now: none of its processes is started while there are any. */
  readonly awaits: ReadonlyArray<Awaited>
}

/** One object, so that what has nothing to wait for is not made anew. */
export const nothingAwaited: ReadonlyArray<Awaited> = []

export const initialState: InstanceState = {
  state: "STOPPED",
  reason: { kind: "neverStarted" },
  life: "none",
  spawnedAt: 0,
  failures: 0,
  deadline: null,
  stop: null,
  again: false,
  proven: false,
  closed: false,
  awaits: nothingAwaited
}

export type InstanceEvent =
  | { readonly kind: "start" }
  | { readonly kind: "stop"; readonly reason: Reason }
  /** What is waited for has changed: a start that waits for nothing any more happens. */
  | { readonly kind: "opened" }
  /** It is again what it was when it completed: it waits no more, and does not run. */
  | { readonly kind: "completed" }
  /** reeve stops; as "stop", and final. */
  | { readonly kind: "shutdown" }
  /** No start from now on; what runs goes on until its turn to stop comes. */
  | { readonly kind: "close" }
  /** What it is made of changed: earlier failures say nothing about the new revision. */
  | { readonly kind: "renewed" }
  /** Answer to "prepareStop": the hook has ended, however. */
  | { readonly kind: "stopPrepared" }
  /** Answers to "spawn". */
  | { readonly kind: "spawned" }
  | { readonly kind: "spawnFailed"; readonly text: string }
  | { readonly kind: "exited"; readonly status: ExitStatus }
  /** The process is ready, for the first time. */
  | { readonly kind: "ready" }
  /** It is not alive any more, was not ready in time ("start"), or used more memory than it may; `text` says what was seen. */
  | { readonly kind: "failed"; readonly during: "start" | "run" | "limit"; readonly text: string }
  /** The deadline is reached (an early one is harmless). */
  | { readonly kind: "tick" }
  /** Answer to "check". */
  | { readonly kind: "checked"; readonly alive: boolean }
  /** Answer to "pace". */
  | { readonly kind: "paced"; readonly delayMs: number }
  /** Answer to "sweep": how many processes of the ended one's group or session still live. */
  | { readonly kind: "swept"; readonly left: number }
  /** The stop signal or SIGKILL was refused, and not because the process was gone. */
  | { readonly kind: "signalFailed"; readonly text: string }

export type Command =
  /** A state was entered: to be recorded and announced, in this order. */
  | {
      readonly kind: "enter"
      readonly from: State
      readonly to: State
      readonly reason: Reason | null
    }
  /** Start a process; answered by "spawned" or "spawnFailed". */
  | { readonly kind: "spawn" }
  /** Run the hook `beforeStop`; answered by "stopPrepared", which is not waited for beyond the hook's time. */
  | { readonly kind: "prepareStop" }
  /** Send the stop signal, or run what is run instead: to the group when `stop.group` is "all", else to the process. */
  | { readonly kind: "signal" }
  /** SIGKILL: to the process alone when `stop.group` is "no", else to the group. */
  | { readonly kind: "kill" }
  /** SIGKILL to what the process left behind in its group and session. */
  | { readonly kind: "killLeft" }
  /** Does the process live (a zombie does not)? Answered by "checked". */
  | { readonly kind: "check" }
  /** Look for what the ended process left behind; answered by "swept". */
  | { readonly kind: "sweep" }
  /** The delay before attempt number `attempt` of the schedule, from 1; answered by "paced". */
  | { readonly kind: "pace"; readonly attempt: number }
  /** The process ended. `stopped`: it was asked to. */
  | {
      readonly kind: "ended"
      readonly status: ExitStatus
      readonly expected: boolean
      readonly stopped: boolean
    }
  /** It stayed up. */
  | { readonly kind: "succeeded" }
  | { readonly kind: "gaveUp" }

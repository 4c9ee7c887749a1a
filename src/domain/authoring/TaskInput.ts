/** The type of what `defineTask` takes; TaskSchema.ts is the schema of the same shape. */
import type { BackoffInput } from "./BackoffInput.ts"
import type { ProgramInput, StartInput } from "./ProgramInput.ts"

/** When a task is run. */
export type TaskStartInput = Pick<StartInput, "auto">

type RunsOn =
  | "instances"
  | "instanceNames"
  | "instanceIndexStart"
  | "perInstance"
  | "start"
  | "restart"
  | "ready"
  | "liveness"
  | "reload"
  | "sockets"

type OfPrograms = Omit<ProgramInput, RunsOn>

/**
 * A task: a program that runs to its end, once for each of its revisions and each `up`. It has completed when it ended with an
 * expected exit code; until then those that depend on it by "completed" wait. It has the fields of a program, except those
 * about several copies, health and restarts.
 */
export interface TaskInput extends OfPrograms {
  /** When it is run. */
  readonly start?: TaskStartInput
  /**
   * How often it is run again after a run that failed, before it is FATAL. Default: 0. Change
   * class: live.
   */
  readonly retries?: number
  /**
   * How long to wait between attempts. Default: exponential("1 second", { factor: 2, max: "1
   * minute", jitter: 0.2 }). Change class: live.
   */
  readonly backoff?: BackoffInput
  /** Exit codes that mean that it has completed. Default: [0]. Change class: live. */
  readonly expectedExitCodes?: ReadonlyArray<number>
  /**
   * Whether it stays completed when reeve or the machine starts anew; a change or `reeve start`
   * runs it. Default: false. Change class: live.
   */
  readonly once?: boolean
}

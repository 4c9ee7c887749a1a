/**
 * What stands beside the process of an instance for a while is an instance of its own that nobody is shown: with the ordinary
 * machine, a record and an actor. It is the successor, "coming", until it takes the place or is not wanted any more; then, or as
 * the old process whose place was taken, it is "leaving".
 */
import type * as Effect from "effect/Effect"

export interface Beside {
  role: "coming" | "leaving"
  /** The instance was told that it is ready, and has not answered so far. */
  told: boolean
  /** Looked at after each of its steps, in its own actor. */
  readonly tend: Effect.Effect<void>
  /** Monotonic: when time alone makes something of it; null: it does not. */
  readonly due: () => number | null
  /** Monotonic: when one that was asked for by hand has had its time; null: the update that it belongs to sees to that. */
  readonly endsAt: number | null
}

/** What became of a successor that came to nothing. */
export interface FailedSuccession {
  readonly revision: string
  /** Wall clock, milliseconds. */
  readonly at: number
  readonly text: string
}

/**
 * How long to wait before the next attempt, as data. The constructors only put together what was given; defaults are
 * filled in when a program is expanded, and the waiting itself is done elsewhere.
 */
import type { DurationInput } from "../Duration.ts"

/** What makes waits longer, shorter or different. */
export interface SizeOptions {
  /**
   * The longest wait. Default: "1 minute" (exponential, linear), "none" (fixed, sequence).
   * Change class: live.
   */
  readonly max?: DurationInput | "none"
  /**
   * Random share by which a wait is made longer or shorter, from 0 to 1. Default: 0.2
   * (exponential, linear), 0 (fixed, sequence). Change class: live.
   */
  readonly jitter?: number
}

/** What all schedules share. */
export interface BackoffOptions extends SizeOptions {
  /**
   * After this much uptime the schedule begins anew; with "never" only a successful start ends
   * it. Default: "1 minute". Change class: live.
   */
  readonly resetAfter?: DurationInput | "never"
  /**
   * With "restarts" every restart waits and early ones count as failures; with "starts" only
   * failed starts wait. Default: "restarts". Change class: live.
   */
  readonly pace?: "restarts" | "starts"
}

/** Waits `initial`, then `factor` times as long each time. */
export interface ExponentialBackoff extends BackoffOptions {
  readonly kind: "exponential"
  /** The first wait of an exponential schedule. Required. Change class: live. */
  readonly initial: DurationInput
  /**
   * How many times as long each next wait of an exponential schedule is. Default: 2. Change
   * class: live.
   */
  readonly factor?: number
}

/** Waits `step`, then twice `step`, then three times. */
export interface LinearBackoff extends BackoffOptions {
  readonly kind: "linear"
  /**
   * The first wait of a linear schedule, and what each later one adds. Required. Change class:
   * live.
   */
  readonly step: DurationInput
}

/** Waits the same time each time. */
export interface FixedBackoff extends BackoffOptions {
  readonly kind: "fixed"
  /** Each wait of a fixed schedule. Required. Change class: live. */
  readonly delay: DurationInput
}

/** Waits as listed; the last one repeats. */
export interface SequenceBackoff extends BackoffOptions {
  readonly kind: "sequence"
  /** The waits of a sequence in order; the last one repeats. Required. Change class: live. */
  readonly delays: ReadonlyArray<DurationInput>
}

export type BackoffInput = ExponentialBackoff | LinearBackoff | FixedBackoff | SequenceBackoff

/** `exponential("1 second", { factor: 2, max: "1 minute" })`: 1, 2, 4, … seconds, at most a minute. */
export const exponential = (
  initial: DurationInput,
  options: BackoffOptions & Pick<ExponentialBackoff, "factor"> = {}
): ExponentialBackoff => Object.freeze({ ...options, kind: "exponential", initial })

/** `linear("1 second")`: 1, 2, 3, … seconds, at most a minute. */
export const linear = (step: DurationInput, options: BackoffOptions = {}): LinearBackoff =>
  Object.freeze({ ...options, kind: "linear", step })

/** `fixed("5 seconds")`: 5 seconds each time. */
export const fixed = (delay: DurationInput, options: BackoffOptions = {}): FixedBackoff =>
  Object.freeze({ ...options, kind: "fixed", delay })

/** `sequence(["1s", "10s", "1m"])`: as listed, then the last one for ever. */
export const sequence = (
  delays: ReadonlyArray<DurationInput>,
  options: BackoffOptions = {}
): SequenceBackoff => Object.freeze({ ...options, kind: "sequence", delays })

import type { BackoffSchema } from "../domain/authoring/PolicySchema.ts"
import type { Backoff } from "../domain/Definition.ts"
import { parseDuration } from "../domain/Duration.ts"

type BackoffChecked = typeof BackoffSchema.Type

const standard: BackoffChecked = { kind: "exponential", initial: "1 second" }

/** The schedule with its defaults, in milliseconds. Schedules that grow have a cap and jitter; those given in full have none. */
export const expandBackoff = (given: BackoffChecked = standard): Backoff => {
  const grows = given.kind === "exponential" || given.kind === "linear"
  const pacing = {
    maxMs: given.max === "none" ? null : optional(given.max, grows ? 60_000 : null),
    jitter: given.jitter ?? (grows ? 0.2 : 0),
    resetAfterMs: given.resetAfter === "never" ? null : optional(given.resetAfter, 60_000),
    pace: given.pace ?? ("restarts" as const)
  }
  switch (given.kind) {
    case "exponential":
      return {
        kind: given.kind,
        initialMs: ms(given.initial),
        factor: given.factor ?? 2,
        ...pacing
      }
    case "linear":
      return { kind: given.kind, stepMs: ms(given.step), ...pacing }
    case "fixed":
      return { kind: given.kind, delayMs: ms(given.delay), ...pacing }
    case "sequence":
      return { kind: given.kind, delaysMs: given.delays.map(ms), ...pacing }
  }
}

const ms = (text: string): number => parseDuration(text) ?? 0

const optional = (text: string | undefined, otherwise: number | null): number | null =>
  text === undefined ? otherwise : ms(text)

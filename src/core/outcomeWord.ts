import type { Outcome } from "../domain/Generation.ts"

/** As people read it. */
export const outcomeWord = (outcome: Outcome): string =>
  outcome === "rolledBack" ? "rolled back" : outcome

/** The outcome of a generation as people read it; in an event it is a text. */
export const outcomeWord = (outcome: string): string =>
  outcome === "rolledBack" ? "rolled back" : outcome

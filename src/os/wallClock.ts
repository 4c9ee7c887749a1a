/** Milliseconds since the epoch, for what runs without a runtime and its clock. */
export const wallClock = (): number => Date.now()

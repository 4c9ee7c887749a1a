/** The clock for what runs without Effect: the log plane's workers, and the keeper. */

/** Milliseconds from an arbitrary start; never goes back. */
export const monotonicMs = (): number => performance.now()
/** CLOCK_MONOTONIC in milliseconds: the same for all processes of one boot. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6
/** For the time stamp that syslog(3) wants. */
export const wallTime = (): Date => new Date()

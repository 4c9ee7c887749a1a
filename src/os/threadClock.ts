/** The clock for threads that run without Effect: the log plane's workers. */

/** Milliseconds from an arbitrary start; never goes back. */
export const monotonicMs = (): number => performance.now()
/** For the time stamp that syslog(3) wants. */
export const wallTime = (): Date => new Date()

/** The one table of exit codes (design 11). Scripts depend on it: a number never changes its meaning. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Applied, or looked at with `status --check`, but something is not healthy. */
  unhealthy: 3,
  stalePlan: 4,
  /** The lock is held by another reeve, or there is no daemon. */
  lockOrNoDaemon: 5,
  /** A guard or a policy refused. */
  held: 6,
  /** An apply failed, and what ran before runs again. */
  rolledBack: 7,
  /** An apply failed, and what it had done was left so. */
  leftAsIs: 8,
  interrupted: 130
} as const

/** `plan --exit-code` has its own: an error, also of usage, is 1. */
export const planExitCodes = { noActions: 0, error: 1, actions: 2 } as const

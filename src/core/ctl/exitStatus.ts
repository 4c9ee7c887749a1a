/** The exit codes of the client (supervisord.md 5.1). Later failures overwrite earlier ones, successes never reset. */
import { faults } from "../xmlrpc/XmlRpcValue.ts"

export const ctlExit = {
  success: 0,
  generic: 1,
  invalidArguments: 2,
  /** Of an action, when the server has no such methods; of `status`, when a shown process is down. */
  unimplemented: 3,
  statusNotRunning: 3,
  statusUnknown: 4,
  insufficientPrivileges: 4,
  versionMismatch: 5,
  notRunning: 7
} as const

const dead: ReadonlySet<number> = new Set([
  faults.SPAWN_ERROR,
  faults.ABNORMAL_TERMINATION,
  faults.NOT_RUNNING
])

/** What a result's code makes of the exit status; null leaves it. `ignored` is the code that is no failure of the action. */
export const exitOfFault = (code: number, ignored: number | null): number | null => {
  if (code === ignored || code === faults.SUCCESS) return null
  return dead.has(code) ? ctlExit.notRunning : ctlExit.generic
}

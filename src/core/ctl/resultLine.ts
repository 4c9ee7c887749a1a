/** The line for each process that an action was about (supervisord.md 5.3), from the code that its row or fault carries. */

import { namespecOf } from "../namespec.ts"
import { faults } from "../xmlrpc/XmlRpcValue.ts"
import { ClientError } from "./ClientError.ts"

/** `text` is the fault's, or the row's description. */
export interface ActionResult {
  readonly group: string
  readonly name: string | null
  readonly status: number
  readonly text: string
}

type Reasons = ReadonlyMap<number, string>

const startReasons: Reasons = new Map([
  [faults.BAD_NAME, "no such process"],
  [faults.NO_FILE, "no such file"],
  [faults.NOT_EXECUTABLE, "file is not executable"],
  [faults.ALREADY_STARTED, "already started"],
  [faults.SPAWN_ERROR, "spawn error"],
  [faults.ABNORMAL_TERMINATION, "abnormal termination"]
])
const signalReasons: Reasons = new Map([
  [faults.BAD_NAME, "no such process"],
  [faults.BAD_SIGNAL, "bad signal name"],
  [faults.NOT_RUNNING, "not running"]
])
const clearReasons: Reasons = new Map([
  [faults.BAD_NAME, "no such process"],
  [faults.FAILED, "failed"]
])

export const startLine = (result: ActionResult): string => lineOf(result, "started", startReasons)
export const clearLine = (result: ActionResult): string => lineOf(result, "cleared", clearReasons)
export const stopLine = (result: ActionResult): string => signalOrStop(result, "stopped")
export const signalLine = (result: ActionResult): string => signalOrStop(result, "signalled")

/** Where the server says FAILED, its own text is the line. */
const signalOrStop = (result: ActionResult, done: string): string =>
  result.status === faults.FAILED ? result.text : lineOf(result, done, signalReasons)

const lineOf = ({ group, name, status }: ActionResult, done: string, reasons: Reasons): string => {
  const shown = namespecOf(group, name)
  if (status === faults.SUCCESS) return `${shown}: ${done}`
  const reason = reasons.get(status)
  if (reason !== undefined) return `${shown}: ERROR (${reason})`
  throw new ClientError("ValueError", `Unknown result code ${status} for ${shown}`)
}

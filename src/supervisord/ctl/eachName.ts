/**
 * What start, stop, signal and clear have in common: `all`, groups and processes by name, each with a call of its own and
 * a line a result.
 */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { listOf, readResult } from "../../core/ctl/readStruct.ts"
import type { ActionResult } from "../../core/ctl/resultLine.ts"
import { splitNamespec } from "../../core/namespec.ts"
import { faults, type XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import { answerOf } from "./answerOf.ts"
import { type Call, type Ctl, tellResult } from "./Ctl.ts"

export interface NamedAction {
  readonly ofAll: string
  /** Null: a group's name is not taken apart; the server gets it as a process. */
  readonly ofGroup: string | null
  readonly ofProcess: string
  /** What the methods take behind the name. */
  readonly parameters: ReadonlyArray<XmlRpcValue>
  readonly lineOf: (result: ActionResult) => string
  /** The code that is no failure: the process is already as wanted. */
  readonly ignored: number | null
  /** Exit status for a group that is not there. */
  readonly noGroup: number
}

export const eachName = async (
  ctl: Ctl,
  action: NamedAction,
  names: ReadonlyArray<string>
): Promise<void> => {
  const call = ctl.supervisor()
  if (names.includes("all")) {
    tellRows(ctl, action, await call(action.ofAll, ...action.parameters))
    return
  }
  for (const name of names) {
    const { group, process } = splitNamespec(name)
    if (process === null && action.ofGroup !== null) {
      await tellGroup(ctl, action, call, action.ofGroup, group)
      continue
    }
    const answer = await answerOf(call(action.ofProcess, name, ...action.parameters))
    const row = { group, name: process }
    tellResult(
      ctl,
      answer.kind === "value"
        ? { ...row, status: faults.SUCCESS, text: "OK" }
        : { ...row, status: answer.fault.code, text: answer.fault.text },
      action.lineOf,
      action.ignored
    )
  }
}

const tellRows = (ctl: Ctl, { ignored, lineOf }: NamedAction, rows: XmlRpcValue): void => {
  for (const row of listOf(rows)) tellResult(ctl, readResult(row), lineOf, ignored)
}

const tellGroup = async (
  ctl: Ctl,
  action: NamedAction,
  call: Call,
  method: string,
  group: string
): Promise<void> => {
  const answer = await answerOf(call(method, group, ...action.parameters))
  if (answer.kind === "value") return tellRows(ctl, action, answer.value)
  if (answer.fault.code !== faults.BAD_NAME) {
    ctl.exit = ctlExit.generic
    throw answer.fault
  }
  ctl.output(`${group}: ERROR (no such group)`)
  ctl.exit = action.noGroup
}

/** Complaints about an action's arguments: a sentence, the exit status, and the action's help. */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { helpTexts } from "../../core/ctl/helpText.ts"
import type { Ctl } from "./Ctl.ts"

export const refuseArguments = (
  ctl: Ctl,
  action: string,
  sentence: string,
  exit: number = ctlExit.generic
): void => {
  ctl.output(sentence)
  ctl.exit = exit
  ctl.output(helpTexts.get(action) ?? "")
}

/** True: there were some, and it complained. */
export const refusesAny = (ctl: Ctl, action: string, rest: string): boolean => {
  if (rest === "") return false
  refuseArguments(ctl, action, `Error: ${action} accepts no arguments`)
  return true
}

/**
 * `update`: rereads the configuration and applies it group by group (supervisord.md 9.3). reeve's server applies a changed
 * group process by process; any other one gets stop, remove and add.
 */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import {
  type Changes,
  listOf,
  readChanges,
  readProcess,
  readResult
} from "../../core/ctl/readStruct.ts"
import { words } from "../../core/ini/pythonText.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import { answerOf } from "./answerOf.ts"
import type { Action, Call, Ctl } from "./Ctl.ts"

export const update: Action = async (ctl, rest) => {
  const call = ctl.supervisor()
  const reread = await answerOf(call("reloadConfig"))
  if (reread.kind === "fault") {
    ctl.exit = ctlExit.generic
    if (reread.fault.code !== faults.SHUTDOWN_STATE) throw reread.fault
    return ctl.output("ERROR: already shutting down")
  }
  const changes = readChanges(reread.value)
  const given = new Set(words(rest))
  const names = given.has("all") ? new Set<string>() : given
  if (names.size > 0) await complainOfUnknown(ctl, call, names, changes)
  const wanted = (group: string): boolean => names.size === 0 || names.has(group)
  for (const group of changes.removed.filter(wanted)) await removeGroup(ctl, call, group)
  const change = changer(ctl, call)
  for (const group of changes.changed.filter(wanted)) await change(group)
  for (const group of changes.added.filter(wanted)) {
    await call("addProcessGroup", group)
    ctl.output(`${group}: added process group`)
  }
}

const complainOfUnknown = async (
  ctl: Ctl,
  call: Call,
  names: ReadonlySet<string>,
  { added }: Changes
): Promise<void> => {
  const rows = listOf(await call("getAllProcessInfo")).map(readProcess)
  const known = new Set([...rows.map(({ group }) => group), ...added])
  for (const name of names) {
    if (known.has(name)) continue
    ctl.output(`ERROR: no such group: ${name}`)
    ctl.exit = ctlExit.generic
  }
}

const removeGroup = async (ctl: Ctl, call: Call, group: string): Promise<void> => {
  const results = listOf(await call("stopProcessGroup", group)).map(readResult)
  ctl.output(`${group}: stopped`)
  if (results.some(({ status }) => status === faults.FAILED)) {
    ctl.output(`${group}: has problems; not removing`)
    ctl.exit = ctlExit.generic
    return
  }
  await call("removeProcessGroup", group)
  ctl.output(`${group}: removed process group`)
}

/** Asks for the extension until the server says that it has none. */
const changer = (ctl: Ctl, call: Call): ((group: string) => Promise<void>) => {
  let extended = true
  return async (group) => {
    if (extended) {
      const answer = await answerOf(call("reeve.updateProcessGroup", group))
      extended = answer.kind === "value"
      if (answer.kind === "fault" && answer.fault.code !== faults.UNKNOWN_METHOD) throw answer.fault
      if (answer.kind === "value") ctl.output(`${group}: stopped`)
    }
    if (!extended) {
      await call("stopProcessGroup", group)
      ctl.output(`${group}: stopped`)
      await call("removeProcessGroup", group)
      await call("addProcessGroup", group)
    }
    ctl.output(`${group}: updated process group`)
  }
}

/**
 * `getAllProcessInfo`, which dashboards ask for again and again. What it answers changes once a second, and where a process
 * changed: the parts of each process are kept with its snapshot, and the whole with all snapshots and the second.
 */
import { byText } from "../../core/byText.ts"
import { writeValue } from "../../core/xmlrpc/writeValue.ts"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import { describe, infoStruct, type LogPath, type ProcessInfo, processInfo } from "./processInfo.ts"

interface Parts {
  readonly info: ProcessInfo
  /** Up to the time, and from there to the description. */
  readonly head: string
  readonly middle: string
  /** From the description on, where it does not tell the time. */
  readonly tail: string | null
}

interface Whole {
  readonly instances: ReadonlyArray<ActualInstance>
  readonly now: number
  readonly answer: XmlRpcValue
}

/** Gives the array by group and name, `now` in whole seconds. */
export const makeAllProcessInfo = (logPath: LogPath) => {
  const known = new WeakMap<ActualInstance, Parts>()
  let whole: Whole | null = null
  let sorted: ReadonlyArray<ActualInstance> = []
  const partsOf = (instance: ActualInstance): Parts => {
    const found = known.get(instance)
    if (found !== undefined) return found
    const parts = divide(processInfo(instance, 0, logPath))
    known.set(instance, parts)
    return parts
  }
  return (instances: ReadonlyArray<ActualInstance>, now: number): XmlRpcValue => {
    if (whole?.instances === instances && whole.now === now) return whole.answer
    if (whole?.instances !== instances) sorted = [...instances].sort(byName)
    const time = member("now", now)
    let text = "<array><data>\n"
    for (const instance of sorted) {
      const { head, info, middle, tail } = partsOf(instance)
      text += head + time + middle + (tail ?? end(describe({ ...info, now })))
    }
    const answer = { kind: "xml" as const, text: `${text}</data></array>` }
    whole = { instances, now, answer }
    return answer
  }
}

const divide = (info: ProcessInfo): Parts => {
  let head = "<value><struct>\n"
  let middle = ""
  let passed = false
  for (const [name, value] of infoStruct(info)) {
    if (name === "now") passed = true
    else if (name !== "description" && passed) middle += member(name, value)
    else if (name !== "description") head += member(name, value)
  }
  return { info, head, middle, tail: info.statename === "RUNNING" ? null : end(info.description) }
}

const end = (description: string): string =>
  `${member("description", description)}</struct></value>\n`

const member = (name: string, value: XmlRpcValue): string =>
  `<member>\n<name>${name}</name>\n${writeValue(value)}</member>\n`

const byName = ({ spec: a }: ActualInstance, { spec: b }: ActualInstance): number =>
  byText(a.group, b.group) || byText(a.name, b.name)

/** What the client reads from the server's structs. A server that leaves a key out, or sends other types, ends the action. */
import { repr } from "../ini/pythonText.ts"
import type { XmlRpcValue } from "../xmlrpc/XmlRpcValue.ts"
import { ClientError } from "./ClientError.ts"
import type { ActionResult } from "./resultLine.ts"

/** One row of `getAllProcessInfo` (supervisord.md 4.5), as far as the client looks at it. */
export interface ProcessRow {
  readonly group: string
  readonly name: string
  readonly state: number
  readonly stateName: string
  readonly description: string
  readonly pid: number
}

/** One row of `getAllConfigInfo` (4.6). */
export interface ConfigRow {
  readonly group: string
  readonly name: string
  readonly inUse: boolean
  readonly autostart: boolean
  readonly groupPriority: number
  readonly processPriority: number
}

export const readProcess = (value: XmlRpcValue): ProcessRow => {
  const struct = structOf(value)
  return {
    group: textAt(struct, "group"),
    name: textAt(struct, "name"),
    state: numberAt(struct, "state"),
    stateName: textAt(struct, "statename"),
    description: textAt(struct, "description"),
    pid: numberAt(struct, "pid")
  }
}

export const readConfigRow = (value: XmlRpcValue): ConfigRow => {
  const struct = structOf(value)
  return {
    group: textAt(struct, "group"),
    name: textAt(struct, "name"),
    inUse: isTrue(at(struct, "inuse")),
    autostart: isTrue(at(struct, "autostart")),
    groupPriority: numberAt(struct, "group_prio"),
    processPriority: numberAt(struct, "process_prio")
  }
}

/** One row of what `startProcessGroup` and its like answer. */
export const readResult = (value: XmlRpcValue): ActionResult => {
  const struct = structOf(value)
  return {
    group: textAt(struct, "group"),
    name: textAt(struct, "name"),
    status: numberAt(struct, "status"),
    text: textAt(struct, "description")
  }
}

export interface Changes {
  readonly added: ReadonlyArray<string>
  readonly changed: ReadonlyArray<string>
  readonly removed: ReadonlyArray<string>
}

/** `reloadConfig` answers `[[added, changed, removed]]`. */
export const readChanges = (value: XmlRpcValue): Changes => {
  const [lists] = listOf(value)
  const [added, changed, removed] = listOf(lists ?? []).map((names) => listOf(names).map(textOf))
  if (added === undefined || changed === undefined || removed === undefined) {
    throw new ClientError("ValueError", "not enough values to unpack (expected 3)")
  }
  return { added, changed, removed }
}

export const listOf = (value: XmlRpcValue): ReadonlyArray<XmlRpcValue> =>
  isList(value) ? value : wrong("an array")

export const textOf = (value: XmlRpcValue): string => {
  if (typeof value === "string") return value
  return typeof value === "number" ? String(value) : wrong("a string")
}

const isList = (value: XmlRpcValue): value is ReadonlyArray<XmlRpcValue> => Array.isArray(value)

const structOf = (value: XmlRpcValue): ReadonlyMap<string, XmlRpcValue> =>
  value instanceof Map ? value : wrong("a struct")

const at = (struct: ReadonlyMap<string, XmlRpcValue>, key: string): XmlRpcValue => {
  const value = struct.get(key)
  if (value === undefined) throw new ClientError("KeyError", repr(key))
  return value
}

const textAt = (struct: ReadonlyMap<string, XmlRpcValue>, key: string): string =>
  textOf(at(struct, key))

const numberAt = (struct: ReadonlyMap<string, XmlRpcValue>, key: string): number => {
  const value = at(struct, key)
  return typeof value === "number" ? value : wrong("an int")
}

const isTrue = (value: XmlRpcValue): boolean => value === true || (value !== 0 && value !== false)

const wrong = (expected: string): never => {
  throw new ClientError("TypeError", `the server did not answer with ${expected}`)
}

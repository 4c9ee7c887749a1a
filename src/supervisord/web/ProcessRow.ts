/** A line of the status page, from `supervisor.getAllProcessInfo`. */
import * as Effect from "effect/Effect"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { Rpc, RpcFault } from "../Rpc.ts"

export interface ProcessRow {
  readonly group: string
  readonly name: string
  /** What people type: the name alone where the group has the same. */
  readonly namespec: string
  /** Upper case. */
  readonly state: string
  readonly description: string
}

/** By group and name. */
export const processRows = (
  rpc: Rpc["Service"]
): Effect.Effect<ReadonlyArray<ProcessRow>, RpcFault> =>
  Effect.map(rpc.call("supervisor.getAllProcessInfo", []), (answer) =>
    list(answer).map(rowOf).sort(byName)
  )

/** The process that a namespec names, as supervisord splits it; none for a whole group (`web:*`). */
export const findRow = (rows: ReadonlyArray<ProcessRow>, namespec: string): ProcessRow | null => {
  const colon = namespec.indexOf(":")
  const group = colon < 0 ? namespec : namespec.slice(0, colon)
  const name = colon < 0 ? namespec : namespec.slice(colon + 1)
  return rows.find((row) => row.group === group && row.name === name) ?? null
}

const rowOf = (struct: XmlRpcValue): ProcessRow => {
  const field = (name: string): string => {
    const value = struct instanceof Map ? struct.get(name) : undefined
    return typeof value === "string" ? value : ""
  }
  const [group, name] = [field("group"), field("name")]
  return {
    group,
    name,
    namespec: group === name ? name : `${group}:${name}`,
    state: field("statename"),
    description: field("description")
  }
}

const list = (value: XmlRpcValue): ReadonlyArray<XmlRpcValue> => (Array.isArray(value) ? value : [])

const byName = (a: ProcessRow, b: ProcessRow): number =>
  compare(a.group, b.group) || compare(a.name, b.name)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

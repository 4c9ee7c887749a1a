/**
 * One supervised copy of a program. `key` is its identity: it survives restarts and a change of the number of
 * instances. `address` is what people type (`web`, `web:0`, `group:web`): it is `name` when group and name are equal, else
 * `group:name`, as supervisord's namespec (supervisord.md 4.3).
 */
import * as Schema from "effect/Schema"
import { Definition } from "./Definition.ts"

/** `group/program/index`. Index is the position 0 … n-1, or supervisord's process_num. */
export const InstanceKey = Schema.String.pipe(Schema.brand("InstanceKey"))
export type InstanceKey = typeof InstanceKey.Type
export const instanceKey = (group: string, program: string, index: number): InstanceKey =>
  InstanceKey.make(`${group}/${program}/${index}`)

export const Address = Schema.String.pipe(Schema.brand("Address"))
export type Address = typeof Address.Type
export const address = (group: string, name: string): Address =>
  Address.make(group === name ? name : `${group}:${name}`)

/** Line and column start at 1. */
export const Source = Schema.Struct({
  file: Schema.String,
  line: Schema.Finite,
  column: Schema.Finite
})
export type Source = typeof Source.Type

export const InstanceSpec = Schema.Struct({
  key: InstanceKey,
  address: Address,
  /** SUPERVISOR_PROCESS_NAME */
  name: Schema.String,
  group: Schema.String,
  groupPriority: Schema.Finite,
  program: Schema.String,
  index: Schema.Finite,
  origin: Schema.Literals(["typescript", "ini"]),
  source: Source,
  protect: Schema.Boolean,
  renamedFrom: Schema.NullOr(Schema.String),
  definition: Definition,
  /** Hash of the definition, hexadecimal. Name, address, source are not part of it. */
  revision: Schema.String
})
export type InstanceSpec = typeof InstanceSpec.Type

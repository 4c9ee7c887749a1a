/** What the files evaluate to. Plain data; an accepted one is a numbered generation. */
import * as Schema from "effect/Schema"
import { InstanceSpec, Source } from "./Instance.ts"

export const Program = Schema.Struct({
  name: Schema.String,
  group: Schema.String,
  origin: Schema.Literals(["typescript", "ini"]),
  source: Source,
  /**
   * What was given to define…, and to which, as text: another number of instances is made from it where the files play no part.
   * Absent: it has none (ini), or an earlier reeve recorded it.
   */
  written: Schema.optionalKey(Schema.String),
  instances: Schema.Array(InstanceSpec)
})
export type Program = typeof Program.Type

export const Group = Schema.Struct({
  name: Schema.String,
  priority: Schema.Finite,
  /** False for the group that a program outside any group has by itself. */
  declared: Schema.Boolean,
  programs: Schema.Array(Schema.String)
})
export type Group = typeof Group.Type

/** reeve's own settings (`defineSupervisor`). */
export const SupervisorSettings = Schema.Struct({
  apply: Schema.Literals(["auto", "manual"]),
  log: Schema.Struct({
    level: Schema.Literals(["fatal", "error", "warn", "info", "debug", "trace"]),
    file: Schema.NullOr(Schema.String),
    maxBytes: Schema.Finite,
    backups: Schema.Finite,
    syslog: Schema.Boolean
  })
})
export type SupervisorSettings = typeof SupervisorSettings.Type

/** What git says of the directory of the entries; null commit: not a repository, or git failed. */
export const Revision = Schema.Struct({
  commit: Schema.NullOr(Schema.String),
  dirty: Schema.Boolean
})
export type Revision = typeof Revision.Type

export const Desired = Schema.Struct({
  programs: Schema.Array(Program),
  groups: Schema.Array(Group),
  supervisor: SupervisorSettings,
  /** Hash of programs, groups and settings: two evaluations with the same meaning have the same hash. */
  hash: Schema.String,
  git: Revision
})
export type Desired = typeof Desired.Type

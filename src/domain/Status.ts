/** What `status` and `describe` show, and the API's answer: one schema for all. */
import * as Schema from "effect/Schema"
import { ActualInstance } from "./Actual.ts"
import { TaskSettings } from "./Definition.ts"
import { Address } from "./Instance.ts"

export const InstanceStatus = Schema.Struct({
  ...ActualInstance.fields,
  /** Column 3 of `status` (supervisord.md 2.7). */
  description: Schema.String,
  /** Its process was started with another value of a field that only a start takes up; the next one takes the new. */
  outdated: Schema.Boolean,
  uptimeMs: Schema.NullOr(Schema.Finite),
  /** Of an event listener that runs: where it stands in the protocol (supervisord.md 6.3). */
  listener: Schema.optionalKey(Schema.Literals(["ACKNOWLEDGED", "READY", "BUSY", "UNKNOWN"])),
  stdoutLog: Schema.NullOr(Schema.String),
  stderrLog: Schema.NullOr(Schema.String)
})
export type InstanceStatus = typeof InstanceStatus.Type

const fields = InstanceStatus.fields

/**
 * What a line of `status` tells: an InstanceStatus without all that no line shows, so that a thousand of them are written and
 * read in a moment.
 */
export const StatusLine = Schema.Struct({
  spec: Schema.Struct({
    address: Address,
    definition: Schema.Struct({
      /** Its kind only. */
      ready: Schema.NullOr(Schema.Struct({ kind: Schema.String })),
      task: Schema.NullOr(TaskSettings)
    })
  }),
  state: fields.state,
  reason: fields.reason,
  since: fields.since,
  nextAttemptAt: fields.nextAttemptAt,
  stoppedAt: fields.stoppedAt,
  failures: fields.failures,
  leftovers: fields.leftovers,
  logTrouble: fields.logTrouble,
  override: fields.override,
  changedFile: fields.changedFile,
  unreadFile: fields.unreadFile,
  hook: fields.hook,
  ready: fields.ready,
  liveness: fields.liveness,
  told: fields.told,
  successor: fields.successor,
  outdated: fields.outdated,
  listener: fields.listener,
  description: fields.description
})
export type StatusLine = typeof StatusLine.Type

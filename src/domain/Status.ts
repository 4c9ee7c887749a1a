/** What `status` and `describe` show, and the API's answer: one schema for all. */
import * as Schema from "effect/Schema"
import { ActualInstance } from "./Actual.ts"

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

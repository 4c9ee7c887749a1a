/** The schema of what `defineSupervisor` was given: reeve's own settings. Type: SupervisorInput.ts. */
import * as Schema from "effect/Schema"
import { optional } from "./Field.ts"
import { ByteSize, Count, Flag, oneOf, PathText } from "./FieldValue.ts"

export const SupervisorLogSchema = Schema.Struct({
  level: optional(oneOf(["fatal", "error", "warn", "info", "debug", "trace"]), {
    doc: "The least level that is written.",
    type: '"fatal" | "error" | "warn" | "info" | "debug" | "trace"',
    default: '"info"',
    class: "live",
    supervisord: ["loglevel"]
  }),
  file: optional(PathText, {
    doc: "A path; a relative one starts at the directory of the defining file.",
    type: "path",
    default: "reeve.log in the log directory",
    class: "live",
    supervisord: ["logfile"]
  }),
  maxSize: optional(ByteSize, {
    doc: "Size at which the file is rotated; 0: never.",
    type: "size",
    default: '"50MB"',
    class: "live",
    supervisord: ["logfile_maxbytes"]
  }),
  backups: optional(Count(0, 10_000), {
    doc: "How many rotated files are kept.",
    type: "number",
    default: "10",
    class: "live",
    supervisord: ["logfile_backups"]
  }),
  syslog: optional(Flag, {
    doc: "Whether it goes to syslog, too.",
    type: "boolean",
    default: "false",
    class: "live"
  })
})

export const SupervisorSchema = Schema.Struct({
  apply: optional(oneOf(["auto", "manual"]), {
    doc: '"auto" applies each good save; "manual" keeps the plan until `reeve apply`.',
    type: '"auto" | "manual"',
    default: '"auto"',
    class: "live"
  }),
  log: optional(SupervisorLogSchema, {
    doc: "The log of reeve itself; the output of programs has nothing to do with it.",
    type: "section",
    default: "{}",
    class: "by field"
  })
})
export type SupervisorChecked = typeof SupervisorSchema.Type

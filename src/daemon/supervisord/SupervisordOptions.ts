/** What `reeve supervisord` hands to its daemon through the keeper: everything is decided and absolute. */
import * as Schema from "effect/Schema"

export const SupervisordOptions = Schema.Struct({
  /** The configuration file as it was named, and the directory in which reeve was started: relative paths mean it. */
  file: Schema.String,
  directory: Schema.String,
  /** The words of the command line: its options outrank the file at every read. */
  args: Schema.Array(Schema.String),
  stateDirectory: Schema.String,
  runtimeDirectory: Schema.String,
  /** `--watch` */
  watch: Schema.Boolean,
  /** `--exit-when`; null: not given. */
  exitWhen: Schema.NullOr(Schema.Literals(["fatal", "all-exited"])),
  /** How supervisord names itself in errors. */
  command: Schema.String,
  /** False: nobody sees standard output; the boot is told to whoever waits for it. */
  foreground: Schema.Boolean,
  /** To be logged at the first start: what was done before the daemon began. */
  done: Schema.Array(Schema.String)
})
export type SupervisordOptions = typeof SupervisordOptions.Type

export const readSupervisordOptions = Schema.decodeUnknownEffect(
  Schema.fromJsonString(SupervisordOptions)
)
export const writeSupervisordOptions = (options: SupervisordOptions): string =>
  JSON.stringify(options)

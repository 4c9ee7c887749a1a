/** What `reeve up` hands to the daemon through the keeper: everything is decided and absolute. */
import * as Schema from "effect/Schema"

export const DaemonOptions = Schema.Struct({
  entries: Schema.Array(Schema.String),
  stateDirectory: Schema.String,
  runtimeDirectory: Schema.String,
  logDirectory: Schema.String,
  socket: Schema.String,
  /** `--manual`: outranks what defineSupervisor says. */
  manual: Schema.Boolean,
  /** True: nobody sees standard output; the boot is told through `ready`. */
  detached: Schema.Boolean,
  /** Foreground: do not show what programs print. */
  quiet: Schema.Boolean,
  colour: Schema.Boolean,
  terminal: Schema.Boolean,
  columns: Schema.Finite,
  /** `--exit-when`; null: it goes on until it is told to stop. */
  exitWhen: Schema.NullOr(Schema.Literals(["fatal", "all-exited"])),
  /** Who waits for the boot, as history will name it. */
  who: Schema.String
})
export type DaemonOptions = typeof DaemonOptions.Type

export const readOptions = Schema.decodeUnknownEffect(Schema.fromJsonString(DaemonOptions))
export const writeOptions = (options: DaemonOptions): string => JSON.stringify(options)

/** The type of what `defineSupervisor` takes: reeve's own settings. */
import type { ByteSizeInput } from "../ByteSize.ts"

/** reeve's own log; the output of programs has nothing to do with it. */
export interface SupervisorLogInput {
  /**
   * The least level that is written. supervisord: loglevel. Default: "info". Change class: live.
   */
  readonly level?: "fatal" | "error" | "warn" | "info" | "debug" | "trace"
  /**
   * A path; a relative one starts at the directory of the defining file. supervisord: logfile.
   * Default: reeve.log in the log directory. Change class: live.
   */
  readonly file?: string
  /**
   * Size at which the file is rotated; 0: never. supervisord: logfile_maxbytes. Default: "50MB".
   * Change class: live.
   */
  readonly maxSize?: ByteSizeInput
  /**
   * How many rotated files are kept. supervisord: logfile_backups. Default: 10. Change class:
   * live.
   */
  readonly backups?: number
  /** Whether it goes to syslog, too. Default: false. Change class: live. */
  readonly syslog?: boolean
}

export interface SupervisorInput {
  /**
   * "auto" applies each good save; "manual" keeps the plan until `reeve apply`. Default: "auto".
   * Change class: live.
   */
  readonly apply?: "auto" | "manual"
  /**
   * The log of reeve itself; the output of programs has nothing to do with it. Default: {}.
   * Change class: by field.
   */
  readonly log?: SupervisorLogInput
}

/** The types of a program's output settings. */
import type { ByteSizeInput } from "../ByteSize.ts"
import type { InstanceText } from "./ProgramInput.ts"

/** Where one stream goes, and how its file is rotated. */
export interface LogSinkInput {
  /**
   * "auto": a file that reeve names; "none": no file; else a path (a relative one from the
   * defining file). supervisord: std…_logfile. Default: "auto". Change class: live.
   */
  readonly file?: InstanceText
  /**
   * Size at which the file is rotated; 0: never. supervisord: std…_logfile_maxbytes. Default:
   * "50MB". Change class: live.
   */
  readonly maxSize?: ByteSizeInput
  /**
   * How many rotated files are kept; 0: the file is emptied instead. supervisord:
   * std…_logfile_backups. Default: 10. Change class: live.
   */
  readonly backups?: number
  /**
   * Whether each line goes to syslog, too. supervisord: std…_syslog. Default: false. Change
   * class: live.
   */
  readonly syslog?: boolean
  /**
   * Whether escape sequences (colours) are taken out. supervisord: strip_ansi. Default: false.
   * Change class: live.
   */
  readonly stripAnsi?: boolean
  /**
   * Bytes kept of what it writes between capture tokens: a PROCESS_COMMUNICATION event, not in
   * the file; 0: none. supervisord: std…_capture_maxbytes. Default: 0. Change class: live.
   */
  readonly capture?: ByteSizeInput
  /**
   * Whether each piece of output is an event PROCESS_LOG. supervisord: std…_events_enabled.
   * Default: false. Change class: live.
   */
  readonly events?: boolean
}

export interface LogsInput {
  /** Where its standard output goes. Default: {}. Change class: by field. */
  readonly stdout?: LogSinkInput
  /**
   * Where its standard error goes; "stdout": the same pipe as its output. Changes within a file
   * of its own are live. supervisord: redirect_stderr. Default: {}. Change class: restart.
   */
  readonly stderr?: "stdout" | LogSinkInput
}

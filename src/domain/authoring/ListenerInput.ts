/** The type of what `defineListener` takes; ListenerSchema.ts is the schema of the same shape. */
import type { EventType } from "../ListenerEvent.ts"
import type { LogSinkInput } from "./LogsInput.ts"
import type { PerInstanceInput, ProgramInput } from "./ProgramInput.ts"

/** Output of a listener: its standard output is the protocol, of which the file gets a copy. */
export interface ListenerLogsInput {
  readonly stdout?: Omit<LogSinkInput, "capture" | "events" | "syslog">
  readonly stderr?: LogSinkInput
}

/** What a single instance of a listener may have of its own. */
export type ListenerPerInstanceInput = Omit<PerInstanceInput, "stdin" | "logs"> & {
  readonly logs?: ListenerLogsInput
}

/**
 * An event listener: the fields of a program, except `stdin`, which brings its events. The priority of its group is -1
 * unless `priority` is given, so that it is there before the programs that it hears of.
 */
export interface ListenerInput extends Omit<ProgramInput, "stdin" | "logs" | "perInstance"> {
  /**
   * Types of the events that it gets; a parent such as PROCESS_STATE stands for all below it.
   * supervisord: events. Required. Change class: live.
   */
  readonly events: ReadonlyArray<EventType>
  /**
   * How many events wait when every instance is busy; of more the oldest are dropped.
   * supervisord: buffer_size. Default: 10. Change class: live.
   */
  readonly bufferSize?: number
  /** Where its output goes; `capture`, `events` and `syslog` are for its stderr alone. */
  readonly logs?: ListenerLogsInput
  /** What differs for single instances, by position; null for none. */
  readonly perInstance?: ReadonlyArray<ListenerPerInstanceInput | null>
}

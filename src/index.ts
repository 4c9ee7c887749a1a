/**
 * What a program file imports: `import { defineProgram } from "reeve"`. It is loaded anew at each save, so it stays
 * small: no schema, no Effect at run time. Nothing here checks what it is given; that happens when files are loaded.
 */
import { type Defined, define } from "./domain/authoring/Defined.ts"
import type { FastCgiInput } from "./domain/authoring/FastCgiInput.ts"
import type { GroupInput } from "./domain/authoring/GroupInput.ts"
import type { ListenerInput } from "./domain/authoring/ListenerInput.ts"
import type { ProgramInput } from "./domain/authoring/ProgramInput.ts"
import type { SupervisorInput } from "./domain/authoring/SupervisorInput.ts"
import type { TaskInput } from "./domain/authoring/TaskInput.ts"

/** Something to keep running. Export what it returns: by default, by name, or in an array or record. */
export const defineProgram = (input: ProgramInput): Defined<"reeve/program", ProgramInput> =>
  define("reeve/program", input, defineProgram)

/** Something that runs to its end, and then is done: a migration, a build. Others wait for it by "completed". */
export const defineTask = (input: TaskInput): Defined<"reeve/task", TaskInput> =>
  define("reeve/task", input, defineTask)

/** An event listener: it gets events on its standard input, and answers READY and RESULT on its output, as with supervisord. */
export const defineListener = (input: ListenerInput): Defined<"reeve/listener", ListenerInput> =>
  define("reeve/listener", input, defineListener)

/** A FastCGI program: all its processes accept connections on one socket, their descriptor 0. */
export const defineFastCgi = (input: FastCgiInput): Defined<"reeve/fastCgi", FastCgiInput> =>
  define("reeve/fastCgi", input, defineFastCgi)

/** Programs that are started, stopped and addressed together. */
export const defineGroup = (input: GroupInput): Defined<"reeve/group", GroupInput> =>
  define("reeve/group", input, defineGroup)

/** reeve's own settings; at most once in all files. */
export const defineSupervisor = (
  input: SupervisorInput
): Defined<"reeve/supervisor", SupervisorInput> =>
  define("reeve/supervisor", input, defineSupervisor)

export {
  type BackoffInput,
  type BackoffOptions,
  type ExponentialBackoff,
  exponential,
  type FixedBackoff,
  fixed,
  type LinearBackoff,
  linear,
  type SequenceBackoff,
  sequence
} from "./domain/authoring/BackoffInput.ts"
export type { Defined } from "./domain/authoring/Defined.ts"
export type { DependencyInput } from "./domain/authoring/DependencyInput.ts"
export type {
  FastCgiInput,
  TcpSocketInput,
  UnixSocketInput
} from "./domain/authoring/FastCgiInput.ts"
export type { GroupInput } from "./domain/authoring/GroupInput.ts"
export type { HookInput, HooksInput } from "./domain/authoring/HooksInput.ts"
export { type HostFacts, host } from "./domain/authoring/HostFacts.ts"
export type { LimitsInput } from "./domain/authoring/LimitsInput.ts"
export type {
  ListenerInput,
  ListenerLogsInput,
  ListenerPerInstanceInput
} from "./domain/authoring/ListenerInput.ts"
export type { LogSinkInput, LogsInput } from "./domain/authoring/LogsInput.ts"
export { type InstanceMarker, instance } from "./domain/authoring/Marker.ts"
export {
  type ExecProbe,
  exec,
  type HttpArguments,
  type HttpOptions,
  type HttpProbe,
  http,
  type LivenessInput,
  type LogLineProbe,
  logLine,
  type NotifyProbe,
  notify,
  type PatternInput,
  type ProbeOptions,
  type ReadyInput,
  type ReadyOptions,
  type TcpProbe,
  tcp,
  type WatchdogProbe
} from "./domain/authoring/ProbeInput.ts"
export type {
  CommandInput,
  EnvironmentInput,
  InstanceText,
  PerInstanceInput,
  ProgramInput,
  RestartInput,
  StartInput,
  StopInput
} from "./domain/authoring/ProgramInput.ts"
export { type FilesInput, files, type ReloadInput } from "./domain/authoring/ReloadInput.ts"
export { secret } from "./domain/authoring/Secret.ts"
export type { SocketInput } from "./domain/authoring/SocketsInput.ts"
export type { SupervisorInput, SupervisorLogInput } from "./domain/authoring/SupervisorInput.ts"
export { supervisordDefaults } from "./domain/authoring/supervisordDefaults.ts"
export type { TaskInput, TaskStartInput } from "./domain/authoring/TaskInput.ts"
export type { UpdateInput } from "./domain/authoring/UpdateInput.ts"
export type { ByteSizeInput, ByteSizeText } from "./domain/ByteSize.ts"
export type { SecretRef } from "./domain/Definition.ts"
export type { DurationInput, DurationText } from "./domain/Duration.ts"
export type { EventType } from "./domain/ListenerEvent.ts"
export type { SignalName } from "./domain/Signal.ts"

/**
 * The type of what `defineProgram` takes. The schema of the same shape is in ProgramSchema.ts, where the texts that
 * `reeve explain` prints live; a test holds the two together.
 */
import type { SecretRef } from "../Definition.ts"
import type { Condition } from "../Dependency.ts"
import type { DurationInput } from "../Duration.ts"
import type { SignalName } from "../Signal.ts"
import type { BackoffInput } from "./BackoffInput.ts"
import type { DependencyInput } from "./DependencyInput.ts"
import type { HooksInput } from "./HooksInput.ts"
import type { LimitsInput } from "./LimitsInput.ts"
import type { LogsInput } from "./LogsInput.ts"
import type { InstanceMarker } from "./Marker.ts"
import type { LivenessInput, ReadyInput } from "./ProbeInput.ts"
import type { ReloadInput } from "./ReloadInput.ts"
import type { SocketInput } from "./SocketsInput.ts"
import type { UpdateInput } from "./UpdateInput.ts"

/** Text in which each instance may have its own value: `instance.index`, or a template that holds it. */
export type InstanceText = string | InstanceMarker

/** Words, or a string that is split into words without a shell. */
export type CommandInput = string | InstanceMarker | ReadonlyArray<InstanceText>

/** A variable of the environment. */
export type EnvironmentInput = Readonly<Record<string, InstanceText | SecretRef>>

/** When a program starts, and when it counts as started. */
export interface StartInput {
  /**
   * Whether it is started with reeve, and when it is added. supervisord: autostart. Default:
   * true. Change class: live.
   */
  readonly auto?: boolean
  /**
   * How long a process must stay up to count as started; 0 counts at once. supervisord:
   * startsecs. Default: "1 second", but "0s" when restart.when is "never". Change class: live.
   */
  readonly stableAfter?: DurationInput
  /**
   * How many failed starts in a row are followed by another attempt, before FATAL. supervisord:
   * startretries. Default: "unlimited". Change class: live.
   */
  readonly retries?: number | "unlimited"
}

/** Whether a program that has ended is started again, and how soon. */
export interface RestartInput {
  /**
   * Whether it is started again after it ended; "unexpected": unless it ended with an expected
   * exit code. supervisord: autorestart. Default: "unexpected". Change class: live.
   */
  readonly when?: "always" | "unexpected" | "never"
  /**
   * Exit codes that mean that it is done. supervisord: exitcodes. Default: [0]. Change class:
   * live.
   */
  readonly expectedExitCodes?: ReadonlyArray<number>
  /**
   * How long to wait between attempts. Default: exponential("1 second", { factor: 2, max: "1
   * minute", jitter: 0.2, resetAfter: "1 minute" }). Change class: live.
   */
  readonly backoff?: BackoffInput
  /**
   * How long a process may run before a new one takes its place; an hour or more is usual, a
   * second the least. Default: none. Change class: live.
   */
  readonly maxLifetime?: DurationInput
  /**
   * Share of maxLifetime, from 0 to 1, by which a process may be replaced earlier; each has its
   * own. Default: 0.1. Change class: live.
   */
  readonly lifetimeVariance?: number
}

/** How a program is stopped. */
export interface StopInput {
  /**
   * The signal that asks it to end. supervisord: stopsignal. Default: "TERM". Change class:
   * live.
   */
  readonly signal?: SignalName | `SIG${SignalName}` | `${number}`
  /**
   * How long it may take to end, before KILL. supervisord: stopwaitsecs. Default: "10 seconds".
   * Change class: live.
   */
  readonly timeout?: DurationInput
  /**
   * Whom the signals reach: "no" the process alone; "kill": KILL reaches its whole group; "all":
   * both do. supervisord: stopasgroup, killasgroup. Default: "all". Change class: live.
   */
  readonly group?: "no" | "kill" | "all"
  /**
   * Runs instead of sending the signal, as its user and with REEVE_PID; where it fails, the
   * signal is sent. Default: none. Change class: live.
   */
  readonly command?: CommandInput
}

/** What a single instance may have of its own. */
export type PerInstanceInput = Omit<
  Partial<ProgramInput>,
  | "name"
  | "dependsOn"
  | "sockets"
  | "update"
  | "instances"
  | "instanceNames"
  | "instanceIndexStart"
  | "perInstance"
  | "protect"
  | "renamedFrom"
>

/** What `defineProgram` takes. */
export interface ProgramInput {
  /**
   * The name it is addressed by, without blanks, colons and slashes. A rename keeps the process.
   * Default: the name of the export, the key in a record, or the name of the file for a default
   * export. Change class: live.
   */
  readonly name?: string
  /** One line for people; shown by `reeve describe`. Default: none. Change class: live. */
  readonly description?: InstanceText
  /**
   * What to run: words, or a string that is split into words by the shell's quoting rules,
   * without a shell. supervisord: command. Required. Change class: restart.
   */
  readonly command: CommandInput
  /**
   * The working directory; a relative one starts at the directory of the defining file.
   * supervisord: directory. Default: the directory that reeve was started in. Change class:
   * restart.
   */
  readonly directory?: InstanceText
  /**
   * Variables; a value is text, or a secret. supervisord: environment. Default: {}. Change
   * class: restart.
   */
  readonly environment?: EnvironmentInput
  /**
   * Files with NAME=value lines, read at each start, and watched; later ones win, `environment`
   * wins over all. Default: none. Change class: restart.
   */
  readonly envFile?: InstanceText | ReadonlyArray<InstanceText>
  /**
   * What the program gets of the environment of reeve: "all", or names besides PATH, LANG, LC_*
   * and TZ. Default: []. Change class: restart.
   */
  readonly inheritEnvironment?: "all" | ReadonlyArray<string>
  /**
   * Variables whose values may be shown although their names look like secrets. Default: [].
   * Change class: live.
   */
  readonly showEnvironment?: ReadonlyArray<string>
  /**
   * Whom it runs as: a user's name, or a uid. supervisord: user. Default: the user that reeve
   * runs as. Change class: restart.
   */
  readonly user?: string | number
  /**
   * Whether HOME, USER, LOGNAME and SHELL follow `user`. Default: true when user is given, else
   * false. Change class: restart.
   */
  readonly userEnvironment?: boolean
  /**
   * The file mode creation mask, as octal text such as "022". supervisord: umask. Default: the
   * umask that reeve was started with. Change class: restart.
   */
  readonly umask?: string
  /**
   * What it needs before a process of it is started: names of programs or groups, each with a
   * condition or a record. Default: {}. Change class: live.
   */
  readonly dependsOn?: Readonly<Record<string, Condition | DependencyInput>>
  /**
   * Listening sockets by name, opened and kept by reeve: its processes get them (LISTEN_FDS),
   * clients wait for them. Default: {}. Change class: restart.
   */
  readonly sockets?: Readonly<Record<string, string | SocketInput>>
  /**
   * How its instances are replaced when its definition changes, or a file that it watches.
   * Default: {}. Change class: by field.
   */
  readonly update?: UpdateInput
  /**
   * How many copies run, from 0 to 1024. A change does not touch the copies that stay.
   * supervisord: numprocs. Default: 1. Change class: live.
   */
  readonly instances?: number
  /**
   * Names of the instances by position, or one text with a marker. A rename keeps the process.
   * supervisord: process_name. Default: the name of the program for a single one, else its
   * index. Change class: live.
   */
  readonly instanceNames?: InstanceText | ReadonlyArray<InstanceText>
  /**
   * The index of the first instance. supervisord: numprocs_start. Default: 0. Change class:
   * replace.
   */
  readonly instanceIndexStart?: number
  /**
   * What differs for single instances, by position: sections are merged, all else is replaced;
   * null for none. Default: []. Change class: by field.
   */
  readonly perInstance?: ReadonlyArray<PerInstanceInput | null>
  /**
   * Lower starts first and stops last. supervisord: priority. Default: 999. Change class: live.
   */
  readonly priority?: number
  /** When it starts, and when it counts as started. Default: {}. Change class: by field. */
  readonly start?: StartInput
  /**
   * Whether it is started again after its end, and how soon. Default: {}. Change class: by
   * field.
   */
  readonly restart?: RestartInput
  /** How it is stopped. Default: {}. Change class: by field. */
  readonly stop?: StopInput
  /**
   * How it is known that a process is ready: http(), tcp(), exec(), logLine() or notify().
   * Without it, when it is RUNNING. Default: none. Change class: live.
   */
  readonly ready?: ReadyInput
  /**
   * How it is known that a process is still alive; one that is not is stopped, and has ended
   * unexpectedly. Default: none. Change class: live.
   */
  readonly liveness?: LivenessInput
  /**
   * Commands around its starts and stops: as its user, in its directory; each may take `timeout`,
   * by default 30 seconds. Default: {}. Change class: by field.
   */
  readonly hooks?: HooksInput
  /**
   * Patterns of files such as `src/**`: a change of one restarts it; `!` in front leaves out.
   * Default: []. Change class: live.
   */
  readonly watch?: ReadonlyArray<InstanceText>
  /**
   * How it is told to read its files anew instead of being restarted: by changes of files, and
   * by `reeve reload`. Default: none. Change class: live.
   */
  readonly reload?: ReloadInput
  /**
   * Whether its process is killed when the daemon ends, for whatever reason; the next daemon
   * starts it again. Default: false. Change class: restart.
   */
  readonly dieWithSupervisor?: boolean
  /**
   * What it reads: "null" is /dev/null, "pipe" a pipe that reeve can write to, or a file.
   * Default: "null". Change class: restart.
   */
  readonly stdin?: "null" | "pipe" | { readonly file: InstanceText }
  /** Where its output goes. Default: {}. Change class: by field. */
  readonly logs?: LogsInput
  /**
   * Resource limits, soft and hard alike (getrlimit(2)), and its precedence. Default: {}. Change
   * class: by field.
   */
  readonly limits?: LimitsInput
  /**
   * Whether applying a save on its own must never stop it; `reeve apply` still may. Default:
   * false. Change class: live.
   */
  readonly protect?: boolean
  /**
   * The name it had before: its processes go on under the new one. Default: none. Change class:
   * live.
   */
  readonly renamedFrom?: string
}

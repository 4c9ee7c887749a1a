/**
 * What an instance is, after everything in the files has been evaluated, given defaults and expanded: plain JSON in one
 * canonical form, whatever it was written in. Absence is `null`, durations are milliseconds (names end in `Ms`), sizes
 * are bytes. Two instances with equal definitions behave alike; the name is not part of it.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Dependencies } from "./Dependency.ts"
import { CommandWords, Hooks, noHooks } from "./Hooks.ts"
import { ListeningSocket, NamedSocket } from "./ListeningSocket.ts"
import { orNull } from "./orNull.ts"
import { Liveness, Ready } from "./Probe.ts"
import { Update, usualUpdate } from "./Update.ts"

/** A secret is stored as where to find it; its value is read when a process is started and never kept. */
export const SecretRef = Schema.Union([
  Schema.Struct({ secret: Schema.Literal("env"), name: Schema.String }),
  Schema.Struct({ secret: Schema.Literal("file"), path: Schema.String })
])
export type SecretRef = typeof SecretRef.Type

export const EnvironmentValue = Schema.Union([Schema.String, SecretRef])
export type EnvironmentValue = typeof EnvironmentValue.Type

/**
 * `pace` "starts": only failed starts wait (supervisord); "restarts": every restart from RUNNING follows the schedule
 * too, the first one after `resetAfterMs` of uptime being immediate. `jitter` 0.2 means ±20 %. `maxMs` null: no cap.
 */
const pacing = {
  maxMs: Schema.NullOr(Schema.Finite),
  jitter: Schema.Finite,
  resetAfterMs: Schema.NullOr(Schema.Finite),
  pace: Schema.Literals(["starts", "restarts"])
}
export const Backoff = Schema.Union([
  Schema.Struct({
    kind: Schema.Literal("exponential"),
    initialMs: Schema.Finite,
    factor: Schema.Finite,
    ...pacing
  }),
  Schema.Struct({ kind: Schema.Literal("linear"), stepMs: Schema.Finite, ...pacing }),
  Schema.Struct({ kind: Schema.Literal("fixed"), delayMs: Schema.Finite, ...pacing }),
  Schema.Struct({
    kind: Schema.Literal("sequence"),
    delaysMs: Schema.Array(Schema.Finite),
    ...pacing
  })
])
export type Backoff = typeof Backoff.Type

/** "auto": a file that reeve names and owns in its log directory; "none": no file. */
export const LogTarget = Schema.Union([
  Schema.Literals(["auto", "none"]),
  Schema.Struct({ path: Schema.String })
])
export type LogTarget = typeof LogTarget.Type

/** `maxBytes` 0: never rotated. `backups` 0: truncated in place (supervisord.md 3.2). */
export const LogSink = Schema.Struct({
  file: LogTarget,
  maxBytes: Schema.Finite,
  backups: Schema.Finite,
  syslog: Schema.Boolean,
  stripAnsi: Schema.Boolean,
  /**
   * Bytes kept of what a program writes between the tokens of capture mode (supervisord.md 3.5), which becomes a
   * PROCESS_COMMUNICATION event and is not in the file; 0: no capture.
   */
  captureMaxBytes: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  /** Whether each piece of output is a PROCESS_LOG event. */
  events: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
})
export type LogSink = typeof LogSink.Type

/**
 * Null: as reeve was started with. Bytes for sizes, seconds for `cpu`; each is soft and hard limit alike, but for `nice` and what
 * follows it, which are no limits of getrlimit(2).
 */
export const Limits = Schema.Struct({
  openFiles: Schema.NullOr(Schema.Finite),
  processes: Schema.NullOr(Schema.Finite),
  coreSize: Schema.NullOr(Schema.Finite),
  fileSize: Schema.NullOr(Schema.Finite),
  addressSpace: Schema.NullOr(Schema.Finite),
  stack: Schema.NullOr(Schema.Finite),
  lockedMemory: Schema.NullOr(Schema.Finite),
  cpu: Schema.NullOr(Schema.Finite),
  /** -20 (gets the processor first) to 19 (last). */
  nice: orNull(Schema.Finite),
  /** -1000 (never killed for memory) to 1000 (first). */
  oomScoreAdjust: orNull(Schema.Finite),
  /** Bytes that a process and what it started may use together, which reeve looks after; null: any number. */
  memory: orNull(Schema.Finite),
  /** How long it may use more. */
  memoryGraceMs: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(10_000))),
  /** Bytes that they may have together, beyond which the kernel kills them all; where it does not, reeve looks after it. */
  memoryMax: orNull(Schema.Finite),
  /** Processors whose time they may use together: 1.5 is one and a half. Held by the kernel, as `tasks`. */
  cpus: orNull(Schema.Finite),
  /** Processes and threads that they may be together. */
  tasks: orNull(Schema.Finite)
})
export type Limits = typeof Limits.Type

/**
 * An event listener (supervisord.md 6): its stdin brings events, its stdout is the READY/RESULT protocol. The listeners of one
 * group are its pool.
 */
export const ListenerSettings = Schema.Struct({
  /** Names of event types, upper case; a parent stands for all below it. */
  events: Schema.Array(Schema.String),
  /** Events that wait for a listener; of more the oldest are dropped. At least 1. */
  bufferSize: Schema.Finite
})
export type ListenerSettings = typeof ListenerSettings.Type

/** What runs to its end, and then is done. */
export const TaskSettings = Schema.Struct({
  /** It stays completed over the ends of reeve and of the machine. */
  once: Schema.Boolean
})
export type TaskSettings = typeof TaskSettings.Type

/** `on`: patterns as in `watch`, of files that the process reads anew at the signal (canonical name without SIG). */
export const Reload = Schema.Struct({
  signal: Schema.String,
  on: Schema.Array(Schema.String)
})
export type Reload = typeof Reload.Type

export const Definition = Schema.Struct({
  description: Schema.NullOr(Schema.String),
  /** A string is split into words at the start of a process, by the POSIX shell's quoting rules, without a shell. */
  command: CommandWords,
  directory: Schema.NullOr(Schema.String),
  environment: Schema.Record(Schema.String, EnvironmentValue),
  envFile: Schema.Array(Schema.String),
  /** "all": the whole start environment of reeve (ini programs); else the names added to the fixed base set. */
  inheritEnvironment: Schema.Union([Schema.Literal("all"), Schema.Array(Schema.String)]),
  showEnvironment: Schema.Array(Schema.String),
  /** A user name, or a uid in decimals. HOME, USER, LOGNAME, SHELL follow it when `userEnvironment` is true. */
  user: Schema.NullOr(Schema.String),
  userEnvironment: Schema.Boolean,
  umask: Schema.NullOr(Schema.Finite),
  priority: Schema.Finite,
  /** What must be so before a process is started (core/dependency). */
  dependsOn: Dependencies.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  stdin: Schema.Union([Schema.Literals(["null", "pipe"]), Schema.Struct({ file: Schema.String })]),
  start: Schema.Struct({
    auto: Schema.Boolean,
    stableAfterMs: Schema.Finite,
    /** Consecutive failed starts (and early restarts, with pace "restarts") that are allowed before FATAL. */
    retries: Schema.Union([Schema.Finite, Schema.Literal("unlimited")])
  }),
  restart: Schema.Struct({
    when: Schema.Literals(["always", "unexpected", "never"]),
    expectedExitCodes: Schema.Array(Schema.Finite),
    backoff: Backoff,
    /** A process that has run so long is replaced by a new one; null: it may run for ever. */
    maxLifetimeMs: orNull(Schema.Finite),
    /** Share of it by which a process may be replaced earlier, so that those of one age do not all go at once. */
    lifetimeVariance: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.1)))
  }),
  stop: Schema.Struct({
    /** Canonical name without SIG ("TERM", "RTMIN+1"), or a number in decimals where it has no name ("0"). */
    signal: Schema.String,
    timeoutMs: Schema.Finite,
    /** Whom the stop signal and KILL reach: "no" = the process alone, "kill" = KILL to the group, "all" = both. */
    group: Schema.Literals(["no", "kill", "all"]),
    /** Run instead of sending the stop signal; null: the signal is sent. */
    command: orNull(CommandWords)
  }),
  /** How it is known that a process is ready; null: it is when it is RUNNING. */
  ready: orNull(Ready),
  /** How it is known that a process is still alive; null: as long as it runs. One that is not is stopped, and has failed. */
  liveness: orNull(Liveness),
  hooks: Hooks.pipe(Schema.withDecodingDefaultKey(Effect.succeed(noHooks))),
  /**
   * Absolute patterns of files (core/watchRules): a change of one restarts the instances; what matches one that begins with `!`
   * is left out.
   */
  watch: Schema.Array(Schema.String).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  /** How it is told to read its files anew; null: it cannot be. */
  reload: orNull(Reload),
  update: Update.pipe(Schema.withDecodingDefaultKey(Effect.succeed(usualUpdate))),
  /** Its process gets SIGKILL when the daemon ends, for whatever reason; the next daemon starts it again. */
  dieWithSupervisor: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  logs: Schema.Struct({
    stdout: LogSink,
    /** "stdout": the same pipe as stdout (redirect_stderr). */
    stderr: Schema.Union([Schema.Literal("stdout"), LogSink])
  }),
  limits: Limits,
  /** Null: no task. */
  task: orNull(TaskSettings),
  /** Null: no event listener. */
  listener: orNull(ListenerSettings),
  /** The socket that a FastCGI program gets as descriptor 0 (supervisord.md 1.14). Null: no FastCGI program. */
  fastCgi: orNull(ListeningSocket),
  /** What its processes get as descriptors from 3 on, in this order. */
  sockets: Schema.Array(NamedSocket).pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
})
export type Definition = typeof Definition.Type

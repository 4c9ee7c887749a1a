/** Instance states and why an instance does not run. */
import * as Schema from "effect/Schema"
import { Awaited } from "./Dependency.ts"

export const State = Schema.Literals([
  "STOPPED",
  "STARTING",
  "RUNNING",
  "BACKOFF",
  "STOPPING",
  "EXITED",
  "FATAL",
  "UNKNOWN"
])
export type State = typeof State.Type

/** How a process ended. `signal` is a name with SIG ("SIGKILL"), or "signal 77" for a number without a name. */
export const ExitStatus = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("code"), code: Schema.Finite }),
  Schema.Struct({
    kind: Schema.Literal("signal"),
    signal: Schema.String,
    number: Schema.Finite,
    core: Schema.Boolean,
    /** The kernel killed it, since there was no memory left: on the machine, or for the cgroup that it was in. */
    forMemory: Schema.optionalKey(Schema.Literal(true))
  }),
  Schema.Struct({ kind: Schema.Literal("unknown") })
])
export type ExitStatus = typeof ExitStatus.Type

/** Why an instance is where it is, when it does not run (or is between attempts). */
export const Reason = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("neverStarted") }),
  Schema.Struct({ kind: Schema.Literal("exited"), status: ExitStatus, expected: Schema.Boolean }),
  /** `text` is one of supervisord.md 2.6, or reeve's own sentence (directory, user, log target, interpreter). */
  Schema.Struct({ kind: Schema.Literal("startFailed"), text: Schema.String }),
  Schema.Struct({ kind: Schema.Literal("gaveUp"), text: Schema.String, attempts: Schema.Finite }),
  Schema.Struct({ kind: Schema.Literal("operator"), who: Schema.String }),
  Schema.Struct({ kind: Schema.Literal("plan"), text: Schema.String }),
  Schema.Struct({ kind: Schema.Literal("shutdown") }),
  /** It ran as long as it may (`restart.maxLifetime`); a new process follows. */
  Schema.Struct({ kind: Schema.Literal("recycled"), maxLifetimeMs: Schema.Finite }),
  /** What it depends on got a new process, and so does it (`dependsOn`, onLoss). */
  Schema.Struct({ kind: Schema.Literal("followed"), on: Schema.String }),
  /** It starts by itself once these hold (`dependsOn`). */
  Schema.Struct({ kind: Schema.Literal("waiting"), on: Schema.Array(Awaited) }),
  /**
   * It was not alive any more ("run"), not ready in time ("start"), or used more memory than it may ("limit"); `text`: what was
   * seen.
   */
  Schema.Struct({
    kind: Schema.Literal("unhealthy"),
    text: Schema.String,
    during: Schema.Literals(["start", "run", "limit"])
  }),
  /** A file that it watches (`watch`); a new process follows. */
  Schema.Struct({ kind: Schema.Literal("fileChanged"), path: Schema.String }),
  Schema.Struct({ kind: Schema.Literal("signalFailed"), text: Schema.String })
])
export type Reason = typeof Reason.Type

/** One life of an instance. pid + start time + boot id identify it for ever; `spawnId` is reeve's own name for it. */
export const Process = Schema.Struct({
  spawnId: Schema.String,
  pid: Schema.Finite,
  /** Clock ticks since boot: field 22 of /proc/PID/stat (proc_pid_stat(5)). */
  startTicks: Schema.Finite,
  bootId: Schema.String,
  /** Wall clock, milliseconds since the epoch. */
  spawnedAt: Schema.Finite,
  /** The revision it was started with. */
  revision: Schema.String,
  /** Hash of what it inherited, so that `status` can say that a restart would change it. */
  inherited: Schema.String
})
export type Process = typeof Process.Type

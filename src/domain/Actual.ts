/** What runs, as observed: the supervisor's snapshot, or, without a daemon, the store checked against /proc. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Completion } from "./Completion.ts"
import { HookName } from "./Hooks.ts"
import { InstanceKey, InstanceSpec } from "./Instance.ts"
import { orNull } from "./orNull.ts"
import { Standing, Told } from "./Probe.ts"
import { ExitStatus, Process, Reason, State } from "./State.ts"
import { termFields } from "./Terms.ts"

/** What an operator did by hand; it outranks the files until released. */
export const Override = Schema.Struct({
  key: InstanceKey,
  /** "stopped": stay down; "started": run although start.auto is false. */
  kind: Schema.Literals(["stopped", "started"]),
  who: Schema.String,
  /** Wall clock, milliseconds. */
  at: Schema.Finite,
  ...termFields
})
export type Override = typeof Override.Type

/** `scale` by hand: the number of instances of a TypeScript program, instead of what the files say. */
export const ScaleOverride = Schema.Struct({
  group: Schema.String,
  program: Schema.String,
  instances: Schema.Finite,
  who: Schema.String,
  at: Schema.Finite,
  ...termFields
})
export type ScaleOverride = typeof ScaleOverride.Type

/** A new process of an instance that is to take the place of the one that runs (`update.strategy` "overlap"). */
export const Successor = Schema.Struct({
  pid: Schema.NullOr(Schema.Finite),
  state: State,
  revision: Schema.String,
  /** Wall clock, milliseconds: since when it is in that state, or failed. */
  since: Schema.Finite,
  /** A file that the instance watches changed since it began. */
  outdated: Schema.Boolean,
  /** Why it came to nothing, and was taken away; null: it is coming up. */
  failed: Schema.NullOr(Schema.String)
})
export type Successor = typeof Successor.Type

export const ActualInstance = Schema.Struct({
  /** The specification last applied. Its key and address are the instance's. */
  spec: InstanceSpec,
  state: State,
  reason: Schema.NullOr(Reason),
  process: Schema.NullOr(Process),
  /** The specification that the latest process (also one that ended, or failed to start) was started with. */
  started: Schema.NullOr(InstanceSpec),
  /** Wall clock, milliseconds: of the latest state change; of the next attempt (BACKOFF). */
  since: Schema.Finite,
  nextAttemptAt: Schema.NullOr(Schema.Finite),
  startedAt: Schema.NullOr(Schema.Finite),
  stoppedAt: Schema.NullOr(Schema.Finite),
  exit: Schema.NullOr(ExitStatus),
  /** Spawn error text, supervisord's `spawnerr`; empty when there is none. */
  spawnError: Schema.String,
  /** Failed starts since the last success; and processes started since the instance was added. */
  failures: Schema.Finite,
  starts: Schema.Finite,
  /** Pids that outlived their process: of its group or session, or holding its output. */
  leftovers: Schema.Array(Schema.Finite),
  /** What is wrong with its output, if anything ("stdout: /var/log/x: ENOSPC"). */
  logTrouble: Schema.NullOr(Schema.String),
  override: Schema.NullOr(Override),
  /** Why its process has to be replaced although its definition is as it was started; null: it need not. */
  mustRestart: Schema.NullOr(Schema.String),
  /** Clock ticks since boot, of the start of the latest process, also of one that ended; null: none is known. */
  lastStartTicks: orNull(Schema.Finite),
  /** A file that it watches and that changed since its latest process began; null: none did. */
  changedFile: orNull(Schema.String),
  /** A file that it reads anew, and that changed since its process began and since its reload signal; null: none did. */
  unreadFile: orNull(Schema.String),
  /** Its process was ready once at least, by its probe. */
  wasReady: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  /** What runs beside it: a hook, or the command that stops it; null: nothing. */
  hook: orNull(HookName),
  /** Which declared limits its process could not be given while it runs; null: it has them. */
  limitsRefused: orNull(Schema.String),
  /** What its probes say of the process that lives; null: there is none, or nothing to probe. */
  ready: orNull(Standing),
  liveness: orNull(Standing),
  /** What its process tells of itself; null: nothing so far. */
  told: orNull(Told),
  /** Its new process, while the old one serves on, or what became of the last one; null: there is none. */
  successor: orNull(Successor)
})
export type ActualInstance = typeof ActualInstance.Type

/** A file that its process was made from is not what it was then. */
export const SourceChange = Schema.Struct({
  key: InstanceKey,
  kind: Schema.Literals(["program", "envFile", "secret"]),
  /** A sentence without its end and its age. */
  text: Schema.String,
  /** Wall clock, milliseconds: since when; null where that is not known. */
  at: Schema.NullOr(Schema.Finite)
})
export type SourceChange = typeof SourceChange.Type

export const Actual = Schema.Struct({
  instances: Schema.Array(ActualInstance),
  scales: Schema.Array(ScaleOverride),
  /** All overrides on record, also of instances that do not exist at the moment (a boot begins with none). */
  overrides: Schema.Array(Override),
  /** Tasks that have completed, also of instances that are gone; absent: none. */
  completions: Schema.optionalKey(Schema.Array(Completion)),
  /** Looked for only where a plan is shown; absent: nobody looked. */
  sourceChanges: Schema.optionalKey(Schema.Array(SourceChange)),
  /** "live": the daemon's own; "store": read without a daemon; "none": nothing was ever run here. */
  origin: Schema.Literals(["live", "store", "none"])
})
export type Actual = typeof Actual.Type

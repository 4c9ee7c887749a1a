/**
 * The instances: one actor each, driven by the pure transition function. Commands to one instance are handled in order; those
 * to different instances run side by side. Every wait here has an end (the stop ladder ends with KILL).
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { ActualInstance, Override } from "../domain/Actual.ts"
import type { Awaited } from "../domain/Dependency.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"

export class NoSuchInstance extends Data.TaggedError("NoSuchInstance")<{
  readonly key: InstanceKey
}> {}
/**
 * `kind` follows supervisord.md 2.6: "noFile" | "notExecutable" | "spawn" (failed to start), "abnormal" (ended while waiting).
 */
export class StartFailure extends Data.TaggedError("StartFailure")<{
  readonly key: InstanceKey
  readonly kind: "noFile" | "notExecutable" | "spawn" | "abnormal"
  readonly text: string
}> {}
export class NotRunning extends Data.TaggedError("NotRunning")<{ readonly key: InstanceKey }> {}
export class SignalRefused extends Data.TaggedError("SignalRefused")<{
  readonly key: InstanceKey
  readonly text: string
}> {}
/** `text`: why its stdin takes nothing: no pipe, closed by the program, or full because the program does not read. */
export class StdinClosed extends Data.TaggedError("StdinClosed")<{
  readonly key: InstanceKey
  readonly text: string
}> {}

/** What a daemon found of the one before. */
export interface Adoption {
  /** A run was under way: what it had accepted is kept, and nothing is applied unasked. */
  readonly resumed: boolean
  /** Processes that go on. */
  readonly processes: number
  /** Those that ended while no daemon lived. */
  readonly ended: number
  /** CLOCK_MONOTONIC when all of it was known, milliseconds. */
  readonly monotonicMs: number
}

export const nothingAdopted: Adoption = {
  resumed: false,
  processes: 0,
  ended: 0,
  monotonicMs: 0
}

/** A changed file, and what it asks for. */
export interface NotedChange {
  readonly effect: "reload" | "restart"
  readonly path: string
  /** Wall clock, milliseconds. */
  readonly at: number
}

/** Why the command was given: becomes the reason of the state. */
export type Origin =
  | { readonly kind: "plan"; readonly text: string; readonly generation: number | null }
  /** A watched file changed. */
  | { readonly kind: "watch"; readonly path: string; readonly generation: number | null }
  | { readonly kind: "operator"; readonly who: string }
  /** Something that it depends on gets a new process, or is stopped; a process of the same definition is replaced as well. */
  | { readonly kind: "follows"; readonly on: string; readonly generation: number | null }
  /** Something that it depends on is lost: it starts again once that is back. */
  | {
      readonly kind: "dependency"
      readonly on: ReadonlyArray<Awaited>
      readonly generation: number | null
    }
  | { readonly kind: "shutdown" }

export class Supervisor extends Context.Service<
  Supervisor,
  {
    /** What was found of an earlier daemon when this one began. */
    readonly adoption: Adoption
    /** Processes of an earlier daemon that nobody declares and whose record is lost; they are left alone. */
    readonly unclaimed: Effect.Effect<
      ReadonlyArray<{ readonly name: string; readonly pid: number }>
    >
    /** Adds an instance in STOPPED (or with the record of its last life); no process is started. */
    readonly add: (spec: InstanceSpec) => Effect.Effect<void>
    /** Stops it and waits, then forgets it, its sinks and its override. */
    readonly remove: (key: InstanceKey, origin: Origin) => Effect.Effect<void, NoSuchInstance>
    /** Takes the new specification without touching the process: timeouts, schedules, sinks, priority, source. */
    readonly update: (spec: InstanceSpec) => Effect.Effect<void, NoSuchInstance>
    /** Same process under another key and address; takes the new specification. */
    readonly rename: (from: InstanceKey, spec: InstanceSpec) => Effect.Effect<void, NoSuchInstance>
    /** Starts unless it runs. `wait`: until RUNNING, or the first failure. */
    readonly start: (
      key: InstanceKey,
      origin: Origin,
      wait: boolean
    ) => Effect.Effect<void, NoSuchInstance | StartFailure>
    /** Stops unless it is stopped, and waits until it is (supervisord.md 2.3: BACKOFF stops at once). */
    readonly stop: (key: InstanceKey, origin: Origin) => Effect.Effect<void, NoSuchInstance>
    /** Stop, take the specification, start. `wait` as in start. */
    readonly restart: (
      spec: InstanceSpec,
      origin: Origin,
      wait: boolean
    ) => Effect.Effect<void, NoSuchInstance | StartFailure>
    /**
     * A new process beside the one that runs, which is asked to stop when the new one is ready and has its place. Resolves when
     * that has begun. Where nothing serves that could serve on: as `restart` without `wait`. By hand: with the specification that
     * it has; one that is on its way is enough, and one that is not ready within `update.deadline` is taken away.
     */
    readonly succeed: (
      spec: InstanceSpec,
      origin: Origin
    ) => Effect.Effect<void, NoSuchInstance | StartFailure>
    /** A new process that is to take its place is taken away; one that failed is forgotten. */
    readonly withdraw: (key: InstanceKey) => Effect.Effect<void, NoSuchInstance>
    readonly signal: (
      key: InstanceKey,
      signal: number,
      scope: "process" | "group",
      origin: Origin
    ) => Effect.Effect<void, NoSuchInstance | NotRunning | SignalRefused>
    /**
     * The signal of its `reload`, where it has a file to read anew and is up: what a plan found may be over. The same signal by
     * hand counts as well.
     */
    readonly reload: (
      key: InstanceKey
    ) => Effect.Effect<void, NoSuchInstance | NotRunning | SignalRefused>
    /**
     * Bytes for the stdin of a program with `stdin: "pipe"`, in the order of the calls. Never waits for the program: what its
     * pipe does not take at once is kept (1 MiB; of one that does not read, more is refused) and is lost with its process.
     */
    readonly writeStdin: (
      key: InstanceKey,
      bytes: Uint8Array
    ) => Effect.Effect<void, NoSuchInstance | NotRunning | StdinClosed>
    readonly setOverride: (
      key: InstanceKey,
      override: Override | null
    ) => Effect.Effect<void, NoSuchInstance>
    /**
     * A file that it watches changed: noted where its process, or its latest attempt, began before that, until the next one
     * begins. One that it reads anew at a signal is noted until that is sent. True: it is news.
     */
    readonly noteChange: (
      key: InstanceKey,
      change: NotedChange
    ) => Effect.Effect<boolean, NoSuchInstance>
    /**
     * Ends an override that is over by `now` (wall clock, milliseconds), also of an instance that is only on record. Whether one
     * held till then.
     */
    readonly expireOverride: (key: InstanceKey, now: number) => Effect.Effect<boolean>
    /** Sorted by group priority, group, instance priority, position. */
    readonly snapshot: Effect.Effect<ReadonlyArray<ActualInstance>>
    /** The same at once, and the same objects while nothing changed: for those who ask all the time. */
    readonly peek: () => ReadonlyArray<ActualInstance>
    /** Where output of such an instance goes; null: no file of its own. */
    readonly logPath: (spec: InstanceSpec, channel: "stdout" | "stderr") => string | null
    /** A command by hand that names these begins; gives its number. */
    readonly beginCommand: (keys: Iterable<InstanceKey>) => number
    /** For an instance's turn in a command: its key by now, which a rename changes; null: a later command named it. */
    readonly turnOf: (key: InstanceKey, command: number) => InstanceKey | null
    readonly get: (key: InstanceKey) => Effect.Effect<ActualInstance, NoSuchInstance>
    /** Resolves when `done` holds for the instance's snapshot; looks at each change. */
    readonly until: (
      key: InstanceKey,
      done: (instance: ActualInstance) => boolean
    ) => Effect.Effect<ActualInstance, NoSuchInstance>
    /** Stops everything: groups in descending order, side by side within one priority; no start happens after it began. */
    readonly shutdown: Effect.Effect<void>
    /**
     * Nothing is done to any instance from now on, as this daemon is about to end and another one to go on from what is on
     * record. Resolves when all orders at work are carried out, after a second at most; then no process is started any more.
     */
    readonly leave: Effect.Effect<void>
  }
>()("reeve/supervise/Supervisor") {}

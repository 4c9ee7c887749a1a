/** What /proc says of processes (proc(5)), and signals to them. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Limits } from "../domain/Definition.ts"

export interface ProcessFacts {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Clock ticks since boot. */
  readonly startTicks: number
  /** State letter; "Z" is a zombie: ended, not reaped. */
  readonly state: string
  /** Empty where it was not asked for. */
  readonly command: string
}

/** Which process it is, whoever has its number later. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTicks: number
}

/** A process that leads its session and holds a FIFO of a spawn id. */
export interface FoundLife {
  readonly pid: number
  readonly startTicks: number
  readonly spawnId: string
  readonly parent: number
  /** SUPERVISOR_PROCESS_NAME and SUPERVISOR_GROUP_NAME of its environment; null: not there, or it may not be read. */
  readonly processName: string | null
  readonly groupName: string | null
}

/** A limit that could not be changed in a process. `errno`: "EPERM", "EACCES", "ESRCH" (that process has ended). */
export interface LimitRefusal {
  readonly field: keyof Limits
  readonly pid: number
  readonly errno: string
}

/** `errno`: "ESRCH", "EPERM", … */
export class SignalFailure extends Data.TaggedError("SignalFailure")<{
  readonly pid: number
  readonly errno: string
}> {}

export class Proc extends Context.Service<
  Proc,
  {
    /** Constant during one boot. */
    readonly bootId: string
    readonly facts: (pid: number) => Effect.Effect<ProcessFacts | null>
    /** All processes of this machine that can be seen. */
    readonly list: Effect.Effect<ReadonlyArray<ProcessFacts>>
    /**
     * As `list`, less the pids that are `known` and this process's helpers, but with those that are `wanted` in any case;
     * without commands. Cheap where nearly all processes are known. An implementation may leave it out; `list` then does.
     */
    readonly others?: (
      known: (pid: number) => boolean,
      wanted: ReadonlySet<number>
    ) => Effect.Effect<ReadonlyArray<ProcessFacts>>
    /**
     * False: these processes, which have ended, left nothing behind. Costs little where that is so. `parents`: to whom falls
     * what they left. An implementation may leave it out.
     */
    readonly mayHaveLeft?: (
      leaders: ReadonlyArray<number>,
      parents: ReadonlySet<number>
    ) => Effect.Effect<boolean>
    /** Live (not zombie) members of the process group, the session, and children of this process that fell to it from them. */
    readonly descendants: (sessionLeader: number) => Effect.Effect<ReadonlyArray<ProcessFacts>>
    /**
     * Processes that an earlier daemon started, less those that are `known`: they lead their session and hold a FIFO of
     * `fifoDirectory` as one of their first three descriptors, also where its name is gone. Of several with one spawn id (a
     * child that began a session of its own inherits the FIFO) the oldest, and none where a known process holds it.
     */
    readonly lives: (
      fifoDirectory: string,
      known: ReadonlySet<number>
    ) => Effect.Effect<ReadonlyArray<FoundLife>>
    /**
     * Never reaches another process that has the number of an adopted one by now: ESRCH.
     * `scope` "group": the process group led by pid. `signal`: a number; 0 only checks.
     */
    readonly signal: (
      pid: number,
      signal: number,
      scope: "process" | "group"
    ) => Effect.Effect<void, SignalFailure>
    /**
     * Changes the limits that differ, in a process and its `descendants`; gives those that could not be changed, one refusal
     * a field. A descendant that gave itself another niceness or oom_score_adj than it inherited keeps it; of another limit
     * it keeps what is not above the new one.
     */
    readonly changeLimits: (
      process: { readonly pid: number; readonly startTicks: number },
      before: Limits,
      after: Limits
    ) => Effect.Effect<ReadonlyArray<LimitRefusal>>
    /** Whether the kernel killed this process for lack of memory, whose SIGKILL was just seen; false where it is not known. */
    readonly killedForMemory: (pid: number) => Effect.Effect<boolean>
    /**
     * The live processes that belong to each of these pids (core/familiesOf), by it; one that nothing belongs to may be missing.
     * One look at the process table for all.
     */
    readonly families: (
      leaders: ReadonlySet<number>
    ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<ProcessIdentity>>>
    /**
     * Bytes of memory that these processes use together; those that have ended use nothing. "resident" counts what they share
     * once for each and is cheap; "proportional" counts it once and is not.
     */
    readonly memory: (
      processes: ReadonlyArray<ProcessIdentity>,
      how: "resident" | "proportional"
    ) => Effect.Effect<number>
  }
>()("reeve/os/Proc") {}

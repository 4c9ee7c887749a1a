/**
 * Desired state in supervisord mode (supervisord.md 9): the *pending* groups are what the files said when they were read last,
 * the *active* ones what runs. Reading applies nothing; groups become active one by one, through the reconciler.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Program } from "../domain/Desired.ts"
import type { ConfigRefused } from "./SupervisordControl.ts"

export interface ConfigDifference {
  readonly added: ReadonlyArray<string>
  readonly changed: ReadonlyArray<string>
  readonly removed: ReadonlyArray<string>
}

export class NoSuchGroup extends Data.TaggedError("NoSuchGroup")<{ readonly group: string }> {}
export class AlreadyActive extends Data.TaggedError("AlreadyActive")<{ readonly group: string }> {}
export class StillRunning extends Data.TaggedError("StillRunning")<{ readonly group: string }> {}
/** The reconciler could not apply it; `text` says why. */
export class NotApplied extends Data.TaggedError("NotApplied")<{ readonly text: string }> {}

export interface PendingGroup {
  readonly name: string
  readonly priority: number
  readonly programs: ReadonlyArray<Program>
  /** A group of this name is active. */
  readonly inUse: boolean
}

export class Configuration extends Context.Service<
  Configuration,
  {
    /** Reads the files anew; a refused configuration leaves the pending groups as they were. Group by group, by name. */
    readonly reread: Effect.Effect<ConfigDifference, ConfigRefused>
    readonly pending: Effect.Effect<ReadonlyArray<PendingGroup>>
    /** Names of active groups, by priority and name; those without a process too. */
    readonly active: Effect.Effect<ReadonlyArray<string>>
    /** Pending → active; autostart then starts what it starts. Does not wait for RUNNING. */
    readonly add: (group: string) => Effect.Effect<void, NoSuchGroup | AlreadyActive | NotApplied>
    readonly remove: (group: string) => Effect.Effect<void, NoSuchGroup | StillRunning | NotApplied>
    /**
     * Makes an active group what the pending one says, process by process: only those that changed are restarted
     * (supervisord restarts all). For `reeve supervisorctl update`.
     */
    readonly update: (group: string) => Effect.Effect<void, NoSuchGroup | NotApplied>
  }
>()("reeve/supervisord/Configuration") {}

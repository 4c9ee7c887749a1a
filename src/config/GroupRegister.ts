/**
 * The groups of supervisord mode (supervisord.md 9): *pending* is what the files said when they were read last, *active* is
 * what is to run. Both are plain data in memory; nothing here starts or stops anything.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Desired, Group, Program } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import type { SupervisordConfig } from "../domain/SupervisordConfig.ts"

/** What one good read of the files gives. */
export interface SupervisordRead {
  readonly programs: ReadonlyArray<Program>
  readonly groups: ReadonlyArray<Group>
  readonly config: SupervisordConfig
  readonly warnings: ReadonlyArray<Problem>
  /** Absolute paths of the files that were read, and the patterns of `[include]`. */
  readonly inputs: ReadonlyArray<string>
  readonly patterns: ReadonlyArray<string>
}

/** `text` is supervisord's message about the configuration. */
export class ReadRefused extends Data.TaggedError("ReadRefused")<{
  readonly text: string
  readonly inputs: ReadonlyArray<string>
}> {}

/** A group with its programs in the order in which they are listed. */
export interface GroupContent {
  readonly group: Group
  readonly programs: ReadonlyArray<Program>
}

export class GroupRegister extends Context.Service<
  GroupRegister,
  {
    /** Reads the files; what a good read says is pending from then on, a refused one changes nothing. One at a time. */
    readonly read: Effect.Effect<SupervisordRead, ReadRefused>
    /** Of the last good read. Its settings are the live ones (supervisord.md 9.2). */
    readonly last: () => SupervisordRead
    /** By priority and name. */
    readonly pending: () => ReadonlyArray<GroupContent>
    /** In the order in which they became active; at the start by priority and name. */
    readonly active: () => ReadonlyArray<GroupContent>
    readonly pendingGroup: (name: string) => GroupContent | undefined
    readonly activeGroup: (name: string) => GroupContent | undefined
    /** The content becomes the active one of its name. */
    readonly activate: (content: GroupContent) => void
    /** No group of that name is active any more. */
    readonly deactivate: (name: string) => void
    /** The active groups as the reconciler takes them; the same object until one changes. */
    readonly desired: () => Desired
  }
>()("reeve/config/GroupRegister") {}

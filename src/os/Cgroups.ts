/**
 * A cgroup (cgroups(7), version 2) for a process life, where reeve may make one: whatever the life starts is in it, also what
 * leaves its session, and can be found, limited and killed as a whole. It outlives the daemon, and is removed when nothing is
 * in it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Unheld } from "../core/kernelLimits.ts"
import type { Limits } from "../domain/Definition.ts"

export interface Made {
  /** Null: none can be made. */
  readonly directory: string | null
  /** Of the limits that the kernel is to hold. */
  readonly unheld: ReadonlyArray<Unheld>
}

export interface CgroupService {
  /** A new one with these limits, for a process that is about to start, or that others are moved to. */
  readonly make: (spawnId: string, limits: Limits) => Effect.Effect<Made>
  /** These processes and what they start from now on are in it. */
  readonly enter: (spawnId: string, pids: ReadonlyArray<number>) => Effect.Effect<void>
  /** Other limits for what is in it; what it lacks is removed. */
  readonly limit: (spawnId: string, limits: Limits) => Effect.Effect<ReadonlyArray<Unheld>>
  /** Whether the kernel holds limits.memoryMax for what is in it. */
  readonly holdsMemory: (spawnId: string) => Effect.Effect<boolean>
  /** Whether the kernel killed what was in it for having more than that. */
  readonly killedForMemory: (spawnId: string) => Effect.Effect<boolean>
  /**
   * From now on the cgroup of a life that an earlier daemon began is known, where there is one. `pid` null: it has ended.
   * `expected`: it was to have one.
   */
  readonly adopt: (spawnId: string, pid: number | null, expected: boolean) => Effect.Effect<void>
  /** The pids in it; null: it has none. */
  readonly members: (spawnId: string) => Effect.Effect<ReadonlyArray<number> | null>
  /** SIGKILL to all that is in it. */
  readonly kill: (spawnId: string) => Effect.Effect<void>
  /** It is removed, as soon as it is empty. */
  readonly release: (spawnId: string) => Effect.Effect<void>
}

const noCgroups: CgroupService = {
  make: () => Effect.succeed({ directory: null, unheld: [] }),
  enter: () => Effect.void,
  limit: () => Effect.succeed([]),
  holdsMemory: () => Effect.succeed(false),
  killedForMemory: () => Effect.succeed(false),
  adopt: () => Effect.void,
  members: () => Effect.succeed(null),
  kill: () => Effect.void,
  release: () => Effect.void
}

/** Without a layer there are none. */
export const Cgroups = Context.Reference<CgroupService>("reeve/os/Cgroups", {
  defaultValue: () => noCgroups
})

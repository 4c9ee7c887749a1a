/**
 * A cgroup (cgroups(7), version 2) for a process life, where reeve may make one: whatever the life starts is in it, also what
 * leaves its session, and can be found and killed as a whole. It outlives the daemon, and is removed when nothing is in it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export interface CgroupService {
  /** The directory of a new one, for a process that is about to start; null: none can be made. */
  readonly make: (spawnId: string) => Effect.Effect<string | null>
  /** From now on the cgroup of a life that an earlier daemon began is known, where there is one. `pid` null: it has ended. */
  readonly adopt: (spawnId: string, pid: number | null) => Effect.Effect<void>
  /** The pids in it; null: it has none. */
  readonly members: (spawnId: string) => Effect.Effect<ReadonlyArray<number> | null>
  /** SIGKILL to all that is in it. */
  readonly kill: (spawnId: string) => Effect.Effect<void>
  /** It is removed, as soon as it is empty. */
  readonly release: (spawnId: string) => Effect.Effect<void>
}

const noCgroups: CgroupService = {
  make: () => Effect.succeed(null),
  adopt: () => Effect.void,
  members: () => Effect.succeed(null),
  kill: () => Effect.void,
  release: () => Effect.void
}

/** Without a layer there are none. */
export const Cgroups = Context.Reference<CgroupService>("reeve/os/Cgroups", {
  defaultValue: () => noCgroups
})

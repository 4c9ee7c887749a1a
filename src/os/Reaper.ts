/**
 * Delivers how processes ended. An exit is shown to `onExit` while the kernel still keeps it (waitid with WNOWAIT) and
 * taken from the kernel only when `onExit` has returned, so that it can be journaled in between and is never lost.
 * Children that were not started by the Spawner (Node's own helpers) are left to Node; adopted strangers (the daemon is a
 * subreaper) are reaped and reported with `known: false`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ExitStatus } from "../domain/State.ts"

export interface Exited {
  readonly pid: number
  readonly status: ExitStatus
  /** Started here, or adopted. */
  readonly known: boolean
  /** Of an adopted process. Where it was nobody's child, its number may be another's already, even of a child of ours. */
  readonly spawnId?: string
}

export class Reaper extends Context.Service<
  Reaper,
  {
    /**
     * A process that an earlier daemon started: from now on its exit is delivered like that of a child, by the keeper whose child
     * it is, or where it is nobody's (init's) by a pidfd; then its status is "unknown" where the kernel does not tell it.
     * "gone": there is no such process (any more), or its number is another's; nothing will be delivered.
     */
    readonly adopt: (process: {
      readonly pid: number
      readonly startTicks: number
      readonly spawnId: string
    }) => Effect.Effect<"watched" | "gone">
    /** Runs for ever; one exit at a time, in the kernel's order. `onExit` must be short: it journals and hands on. */
    readonly run: (onExit: (exited: Exited) => Effect.Effect<void>) => Effect.Effect<never>
  }
>()("reeve/os/Reaper") {}

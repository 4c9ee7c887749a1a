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
  readonly known: boolean
}

export class Reaper extends Context.Service<
  Reaper,
  {
    /** Runs for ever; one exit at a time, in the kernel's order. `onExit` must be short: it journals and hands on. */
    readonly run: (onExit: (exited: Exited) => Effect.Effect<void>) => Effect.Effect<never>
  }
>()("reeve/os/Reaper") {}

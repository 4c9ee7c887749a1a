/**
 * One daemon of a run, from its start to its death. All that it does to the machine passes its gate: there it can die, right
 * before a call takes effect or right after it did; and what a dead one still calls never returns.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scheduler from "effect/Scheduler"
import type { Operator } from "../../../../src/reconcile/Operator.ts"
import type { Reconciler } from "../../../../src/reconcile/Reconciler.ts"
import type { Supervisor } from "../../../../src/supervise/Supervisor.ts"
import type { SimProcess } from "../../world/World.ts"

export type Daemon = Context.Context<Supervisor | Reconciler | Operator>

/** Passes a call through. `label` says what it is, for those who read of a failure. */
export type Gate = <A, E, R>(label: string, call: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

export interface Life {
  readonly number: number
  readonly pid: number
  readonly scheduler: Scheduler.Scheduler
  readonly alarms: Set<{ readonly at: number }>
  readonly gate: Gate
  /** Processes of earlier daemons that this one was told to watch: pid, and when it began. */
  readonly adopted: Map<number, number>
  /** Those among them that were nobody's child and have ended. */
  readonly outsiders: Array<SimProcess>
  dead: boolean
  /** Null: it has not come up yet. */
  daemon: Daemon | null
  wakeReaper: () => void
  wakeLogs: () => void
}

export type Moment = "before" | "after"

/** Counts the calls of all daemons of a run, and says at which the daemon dies. */
export interface Points {
  /** At each call: whether the daemon dies at it. */
  readonly dies: (life: Life, point: number, moment: Moment) => boolean
  readonly next: (life: Life, label: string) => number
}

export const gateOf =
  (life: () => Life, points: Points, kill: (life: Life) => void): Gate =>
  (label, call) =>
    Effect.suspend(() => {
      const self = life()
      if (self.dead) return Effect.never
      const point = points.next(self, label)
      const diesAt = (moment: Moment): boolean => {
        if (self.dead) return true
        if (!points.dies(self, point, moment)) return false
        kill(self)
        return true
      }
      if (diesAt("before")) return Effect.never
      return Effect.flatMap(Effect.exit(call), (exit) =>
        Effect.suspend(() => (diesAt("after") ? Effect.never : exit))
      )
    })

/**
 * The event loop of a simulation: everything that fibers do is queued here, and the simulation can wait until nothing is left to
 * do at the present moment. Nothing else in a simulated daemon is asynchronous, so that state is exact.
 */
import * as Effect from "effect/Effect"
import * as Scheduler from "effect/Scheduler"

export interface Turns {
  readonly scheduler: Scheduler.Scheduler
  /** For fibers that can be abandoned: where `alive` is false they never go on. */
  readonly mortal: (alive: () => boolean) => Scheduler.Scheduler
  /** Resolves when no fiber has anything to do before time goes on. */
  readonly idle: Effect.Effect<void>
}

/** A simulation that is still busy after this many turns at one moment is stuck in a loop. */
const mostTurns = 200_000

export const makeTurns = (): Turns => {
  let tasks: Array<() => void> = []
  let draining = false
  let turns = 0
  let resume: (() => void) | null = null

  const drain = (): void => {
    while (tasks.length > 0 || resume !== null) {
      if (tasks.length === 0 && resume !== null) {
        const waiting = resume
        resume = null
        turns = 0
        waiting()
        continue
      }
      if (++turns > mostTurns) throw new Error("the simulated daemon never comes to rest")
      const batch = tasks
      tasks = []
      for (const task of batch) task()
    }
    draining = false
  }
  const kick = (): void => {
    if (draining) return
    draining = true
    queueMicrotask(drain)
  }
  const later = (task: () => void): (() => void) => {
    let cancelled = false
    tasks.push(() => {
      if (!cancelled) task()
    })
    kick()
    return () => {
      cancelled = true
    }
  }
  return {
    scheduler: new Scheduler.MixedScheduler("async", later),
    mortal: (alive) =>
      new Scheduler.MixedScheduler("async", (task) =>
        later(() => {
          if (alive()) task()
        })
      ),
    idle: Effect.callback<void>((done) => {
      resume = () => done(Effect.void)
      kick()
    })
  }
}

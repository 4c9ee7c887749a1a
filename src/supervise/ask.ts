/** Handing work to an actor and waiting for what comes of it. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { type Instance, isAtRest } from "./Instance.ts"
import { NoSuchInstance } from "./Supervisor.ts"

/** Runs `work` in the actor, behind what it was told before, and gives its result. */
export const ask = <A, E>(
  instance: Instance,
  work: Effect.Effect<A, E>
): Effect.Effect<A, E | NoSuchInstance> =>
  Effect.suspend(() => {
    const gone = noSuch(instance)
    if (isGone(instance)) return gone
    const answer = Deferred.makeUnsafe<A, E | NoSuchInstance>()
    const present = Effect.suspend(
      (): Effect.Effect<A, E | NoSuchInstance> => (isGone(instance) ? gone : work)
    )
    const task = present.pipe(
      Effect.onExit((exit) => Effect.sync(() => Deferred.doneUnsafe(answer, exit))),
      Effect.catch(() => Effect.void),
      Effect.asVoid
    )
    const waiter = {
      follows: false,
      look: () => false,
      gone: () => {
        Deferred.doneUnsafe(answer, gone)
      }
    }
    instance.waiters.add(waiter)
    return instance.mailbox
      .offer({ kind: "run", task })
      .pipe(
        Effect.andThen(Deferred.await(answer)),
        Effect.ensuring(Effect.sync(() => instance.waiters.delete(waiter)))
      )
  })

/** An error has a stack: it is made when it is needed, which is seldom. The key is that of this moment. */
const noSuch = ({ spec: { key } }: Instance): Effect.Effect<never, NoSuchInstance> =>
  Effect.suspend(() => Effect.fail(new NoSuchInstance({ key })))

/** Removed, or another process has taken its place. */
const isGone = ({ beside, removed }: Instance): boolean => removed || beside?.role === "leaving"

/** Resolves when `look` gives a result: now, or after a change. */
export const watch = <A, E>(
  instance: Instance,
  look: (instance: Instance) => Effect.Effect<A, E> | null
): Effect.Effect<A, E | NoSuchInstance> =>
  Effect.suspend(() => {
    const gone = noSuch(instance)
    if (instance.removed) return gone
    const now = look(instance)
    if (now !== null) return now
    const answer = Deferred.makeUnsafe<A, E | NoSuchInstance>()
    let over = false
    const waiter = {
      follows: true,
      look: (changed: Instance) => {
        if (over) return true
        const result = look(changed)
        return result !== null && Deferred.doneUnsafe(answer, result)
      },
      gone: () => {
        Deferred.doneUnsafe(answer, gone)
      }
    }
    instance.waiters.add(waiter)
    return Deferred.await(answer).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          over = true
          instance.waiters.delete(waiter)
        })
      )
    )
  })

/** Until nothing runs any more that belongs to its latest stop. Bounded by the time that hooks may take. */
export const untilStopDone = (instance: Instance): Effect.Effect<void> =>
  watch(instance, (changed) =>
    changed.hooks.some(({ task }) => task.hook !== "beforeStart" && task.hook !== "afterStart")
      ? null
      : Effect.void
  ).pipe(Effect.catchTag("NoSuchInstance", () => Effect.void))

/** Until the instance is at rest, or has been since now (a start may follow at once). */
export const untilRest = (instance: Instance): Effect.Effect<void, NoSuchInstance> =>
  Effect.suspend(() => {
    const before = instance.rests
    return watch(instance, (changed) =>
      isAtRest(changed) || changed.rests !== before ? Effect.void : null
    )
  })

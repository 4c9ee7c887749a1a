import * as Effect from "effect/Effect"
import { afterAll } from "../os/afterAll.ts"

/**
 * Asks something of a worker and waits for the answer, `ms` at most, then it is `late`. By a timer of its own: a race of fibers
 * would cost a start more than all that it asks. What `ask` gives is called when nobody waits any more.
 */
export const answered = <A, E>(
  ms: number,
  late: () => Effect.Effect<A, E>,
  ask: (answer: (result: Effect.Effect<A, E>) => void) => (() => void) | undefined
): Effect.Effect<A, E> =>
  Effect.callback((resume) => {
    let stop = () => {}
    let isOver = false
    const giveUp = ask((result) => {
      isOver = true
      stop()
      resume(result)
    })
    if (isOver) return
    stop = afterAll(ms, () => {
      giveUp?.()
      resume(late())
    })
    return Effect.sync(() => {
      stop()
      giveUp?.()
    })
  })

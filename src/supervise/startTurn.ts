/**
 * Starts go in the order in which they are asked for, and the loop gets a turn between them: a storm of crashes must starve
 * neither timers nor sockets (design 8). One that is alone in its turn goes on at once.
 */
import * as Effect from "effect/Effect"
import type { Workshop } from "./Workshop.ts"

/** `begun`: a start went on at once in this turn. `waiting`: how many wait for the next. */
export interface StartTurns {
  begun: boolean
  waiting: number
}

export const noStartTurns = (): StartTurns => ({ begun: false, waiting: 0 })

/** Ends when it is this start's turn. */
export const startTurn = ({ scope, startTurns }: Pick<Workshop, "scope" | "startTurns">) =>
  Effect.suspend((): Effect.Effect<void> => {
    if (startTurns.begun || startTurns.waiting > 0) return waitTurn(startTurns)
    startTurns.begun = true
    const end = Effect.sync(() => {
      startTurns.begun = false
    })
    return Effect.asVoid(
      Effect.forkIn(Effect.andThen(Effect.yieldNow, end), scope, { startImmediately: true })
    )
  })

/** Who comes while one waits stands behind it. */
const waitTurn = (startTurns: StartTurns): Effect.Effect<void> => {
  startTurns.waiting += 1
  return Effect.ensuring(
    Effect.yieldNow,
    Effect.sync(() => {
      startTurns.waiting -= 1
    })
  )
}

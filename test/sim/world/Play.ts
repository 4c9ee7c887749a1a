/** What the parts of a daemon's scenario share: the stage, and what goes on beside it. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Precedence } from "./Precedence.ts"
import type { Stage } from "./simulate.ts"

export interface Play extends Stage {
  readonly scope: Scope.Scope
  readonly open: Set<string>
  count: number
  /** Null: programs need nothing of each other. */
  readonly precedence: Precedence | null
  /** When each program was made, by its present name. */
  readonly made: Map<string, number>
}

export const inBackground = (
  play: Play,
  name: string,
  work: Effect.Effect<unknown, unknown>
): Effect.Effect<void> => {
  play.count += 1
  const label = `${name} #${play.count}`
  play.open.add(label)
  return work.pipe(
    Effect.catchCause((cause) =>
      Effect.sync(() => {
        if (cause.reasons.some(({ _tag }) => _tag === "Die")) play.world.wrong(`${label} broke`)
      })
    ),
    Effect.ensuring(Effect.sync(() => play.open.delete(label))),
    Effect.forkIn(play.scope, { startImmediately: true }),
    Effect.asVoid
  )
}

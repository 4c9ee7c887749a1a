/** What the parts of a daemon's scenario share: the stage, and what goes on beside it. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { holdUp } from "../../../src/core/dependency/holdUp.ts"
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

/** What a plan would do now; what waits for something states its reason, and is left out. */
export const openActions = ({
  reconciler,
  supervisor
}: Play): Effect.Effect<ReadonlyArray<string>> =>
  reconciler.plan.pipe(
    Effect.map(({ desired, plan }) => {
      const specs = new Map(
        desired.programs.flatMap(({ instances }) => instances.map((it) => [it.key, it] as const))
      )
      const members = new Map(plan.stages.map(({ actions, id }) => [id, actions]))
      const waiting = new Set<string>()
      const open = plan.actions.filter((action) => {
        // It is restarted when what it follows was, and not before that and then again.
        const needs = action.kind === "restart" ? action.needs : []
        const waits = needs.some((id) => (members.get(id) ?? [id]).some((it) => waiting.has(it)))
        const may = !waits && holdUp(action, specs.get(action.instance), supervisor.peek) === null
        if (!may) waiting.add(action.id)
        return may
      })
      return open.map(({ address, cause, kind }) => `${kind} ${address} (${cause.kind})`)
    }),
    Effect.catchTag("LoadFailure", () => Effect.succeed([]))
  )

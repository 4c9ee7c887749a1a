/**
 * Who starts or restarts many by one word, `all` or a group, does not mean the tasks among them that have completed: a migration
 * is run again by those who name it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { hasCompleted, isTask } from "../../core/dependency/conditions.ts"
import { taskText } from "../../core/taskText.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import type { Row } from "../Operator.ts"
import { type Hands, override, row } from "./Hands.ts"

export interface Meant {
  readonly all: ReadonlyArray<ActualInstance>
  readonly chosen: ReadonlyArray<ActualInstance>
  /** Those that were called by a name of their own. */
  readonly named: ReadonlySet<InstanceKey>
}

/** `act` with what is left; a stop by hand ends also of what has completed. Its rows come first. */
export const leaveCompleted = (
  hands: Hands,
  { chosen, named }: Meant,
  who: string,
  act: (chosen: ReadonlyArray<ActualInstance>) => Effect.Effect<ReadonlyArray<Row>>
): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.gen(function* () {
    const left = new Map<ActualInstance, Row>()
    const now = yield* Clock.currentTimeMillis
    for (const instance of chosen) {
      const { key, address } = instance.spec
      if (named.has(key) || !isTask(instance) || !hasCompleted(instance)) continue
      if (instance.override?.kind === "stopped") yield* override(hands, instance, null, who)
      const text = `${taskText(instance, now)}; \`reeve start ${address}\` runs it again`
      left.set(instance, row(instance, "already", text))
    }
    if (left.size === 0) return yield* act(chosen)
    const others = chosen.filter((instance) => !left.has(instance))
    const done = yield* others.length === 0 ? Effect.succeed([]) : act(others)
    const rows = chosen.flatMap((instance) => left.get(instance) ?? [])
    return [...rows, ...done]
  })

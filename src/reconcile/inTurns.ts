import * as Effect from "effect/Effect"
import { byPlace, type Place, placesOf } from "../core/dependency/places.ts"
import { runningGraph } from "../core/dependency/runningGraph.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import { actionsAtOnce } from "../domain/limits.ts"
import type { Row } from "./Operator.ts"

/**
 * Places one after the other, as a plan has them, "down" in reverse; side by side within one. `all` says what needs what. Rows
 * come in the order of the instances that were chosen.
 */
export const inTurns = (
  all: ReadonlyArray<ActualInstance>,
  chosen: ReadonlyArray<ActualInstance>,
  direction: "up" | "down",
  act: (instance: ActualInstance) => Effect.Effect<Row>
): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.gen(function* () {
    const placeOf = placesOf(runningGraph(all.map(({ spec }) => spec)))
    const placed = chosen.map((instance) => ({ instance, place: placeOf(instance.spec) }))
    const turns = [...Map.groupBy(placed, ({ place }) => nameOf(place)).values()].sort(
      ([a], [b]) => (a === undefined || b === undefined ? 0 : byPlace(a.place, b.place))
    )
    if (direction === "down") turns.reverse()
    const rows = new Map<ActualInstance, Row>()
    for (const turn of turns) {
      const done = yield* Effect.forEach(turn, ({ instance }) => act(instance), {
        concurrency: actionsAtOnce
      })
      for (const [at, { instance }] of turn.entries()) {
        const row = done[at]
        if (row !== undefined) rows.set(instance, row)
      }
    }
    return chosen.flatMap((instance) => rows.get(instance) ?? [])
  })

const nameOf = ({ groupPriority, level, priority }: Place): string =>
  `${groupPriority} ${priority} ${level}`

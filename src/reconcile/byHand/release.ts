/** Ends overrides: of the instances named, and the number of instances of programs that are named whole. */
import * as Effect from "effect/Effect"
import { programKey } from "../../core/programKey.ts"
import type { ActualInstance, ScaleOverride } from "../../domain/Actual.ts"
import { address } from "../../domain/Instance.ts"
import type { Row } from "../Operator.ts"
import { scaleReleasedEvent } from "../releasedEvent.ts"
import { type Hands, override, row } from "./Hands.ts"

/** Rows of instances that nothing held are left out where something was released. */
export const release = (
  hands: Hands,
  chosen: ReadonlyArray<ActualInstance>,
  who: string
): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.gen(function* () {
    const rows: Array<Row> = []
    hands.supervisor.beginCommand(chosen.map(({ spec }) => spec.key))
    for (const scale of yield* wholePrograms(hands, chosen)) {
      rows.push(yield* releaseScale(hands, scale, chosen, who))
    }
    for (const instance of chosen) {
      if (instance.override === null) continue
      yield* override(hands, instance, null, who)
      rows.push(row(instance, "done", "released"))
    }
    if (rows.length === 0) return chosen.map((it) => row(it, "already", "nothing holds it"))
    yield* hands.reconciler.look
    return rows
  })

const wholePrograms = (
  { store, supervisor }: Hands,
  chosen: ReadonlyArray<ActualInstance>
): Effect.Effect<ReadonlyArray<ScaleOverride>> =>
  Effect.gen(function* () {
    const scales = yield* Effect.orElseSucceed(store.overrides.scales, () => [])
    if (scales.length === 0) return []
    const counts = (instances: ReadonlyArray<ActualInstance>) =>
      Map.groupBy(instances, ({ spec }) => programKey(spec))
    const all = counts(yield* supervisor.snapshot)
    const named = counts(chosen)
    return scales.filter((scale) => {
      const key = programKey(scale)
      const count = named.get(key)?.length ?? 0
      return count > 0 && count === all.get(key)?.length
    })
  })

const releaseScale = (
  { events, store }: Hands,
  scale: ScaleOverride,
  chosen: ReadonlyArray<ActualInstance>,
  who: string
): Effect.Effect<Row> => {
  const { group, program } = scale
  const label = address(group, program)
  const first = chosen.find(({ spec }) => programKey(spec) === programKey(scale))
  const told = first === undefined ? Effect.void : events.emit(scaleReleasedEvent(first.spec, who))
  return store.overrides.removeScale(group, program).pipe(
    Effect.andThen(told),
    Effect.as({ address: label, outcome: "done" as const, text: "number of instances released" }),
    Effect.catchTag("StoreFailure", ({ message }) =>
      Effect.succeed({ address: label, outcome: "failed" as const, text: message })
    )
  )
}

/** Which instances a question names; commands that change something are resolved by the Operator instead. */
import * as Effect from "effect/Effect"
import { didYouMean } from "../core/didYouMean.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import { UnknownName } from "./errors.ts"

/** No names, or `all`: every instance. The order is the supervisor's, whatever the order of the names. */
export const chosenInstances = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const supervisor = yield* Supervisor
  const all = yield* supervisor.snapshot
  if (names.length === 0) return all
  const known = new Set(all.flatMap(({ spec }) => [spec.address, spec.program, spec.group]))
  for (const name of names) {
    if (!all.some((instance) => goesBy(instance, name)) && name !== "all") {
      return yield* new UnknownName({ name, suggestions: didYouMean(name, known) })
    }
  }
  return all.filter((instance) => names.some((name) => goesBy(instance, name)))
})

const goesBy = ({ spec }: ActualInstance, name: string): boolean =>
  name === "all" ||
  name === spec.address ||
  name === spec.program ||
  name === spec.group ||
  name === `${spec.group}:*` ||
  name === `${spec.group}:${spec.name}`

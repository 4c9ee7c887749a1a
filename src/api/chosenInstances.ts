/** Which instances a question names; commands that change something are resolved by the Operator instead. */
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../domain/Actual.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import { UnknownName } from "./errors.ts"

/** No names, or `all`: every instance. The order is the supervisor's, whatever the order of the names. */
export const chosenInstances = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const supervisor = yield* Supervisor
  const all = yield* supervisor.snapshot
  if (names.length === 0) return all
  for (const name of names) {
    if (!all.some((instance) => goesBy(instance, name)) && name !== "all") {
      return yield* new UnknownName({ name, suggestions: near(name, all) })
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

/** Names that contain what was typed, or the other way round. */
const near = (name: string, all: ReadonlyArray<ActualInstance>): ReadonlyArray<string> => {
  const wanted = name.toLowerCase()
  const names = new Set(all.flatMap(({ spec }) => [spec.address, spec.program, spec.group]))
  return [...names]
    .filter((candidate) => {
      const known = candidate.toLowerCase()
      return known.includes(wanted) || wanted.includes(known)
    })
    .slice(0, 3)
}

/** Which instances a question names; commands that change something are resolved by the Operator instead. */
import * as Effect from "effect/Effect"
import { resolveTargets } from "../reconcile/resolveTargets.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import { suggestible, UnknownName } from "./errors.ts"

/** No names: every instance. The order is the supervisor's, whatever the order of the names. */
export const chosenInstances = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const supervisor = yield* Supervisor
  const all = yield* supervisor.snapshot
  if (names.length === 0) return all
  const resolved = resolveTargets(
    names,
    all.map(({ spec }) => spec)
  )
  if (resolved.kind === "unknown") {
    const { name, suggestions } = resolved
    return yield* new UnknownName({ name, suggestions: suggestible(suggestions) })
  }
  const keys = new Set(resolved.keys)
  return all.filter(({ spec }) => keys.has(spec.key))
})

import type { Override } from "../../domain/Actual.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import { isToRun } from "../isToRun.ts"
import { programLabel } from "../programKey.ts"
import type { ProgramGraph } from "./programGraph.ts"

/**
 * Programs that run because others need them, whatever their own `start.auto` says: by `programKey`, each with the label of one
 * that needs it. What is optional is not needed.
 */
export const neededPrograms = (
  { order }: ProgramGraph,
  overrideOf: (key: InstanceKey) => Override | null
): ReadonlyMap<string, string> => {
  const needed = new Map<string, string>()
  for (const node of order.toReversed()) {
    const runs =
      needed.has(node.key) || node.specs.some((spec) => isToRun(spec, overrideOf(spec.key)))
    if (!runs) continue
    for (const { dependency, to } of node.needs) {
      if (dependency.optional) continue
      for (const other of to) {
        if (!needed.has(other.key)) needed.set(other.key, programLabel(node.spec))
      }
    }
  }
  return needed
}

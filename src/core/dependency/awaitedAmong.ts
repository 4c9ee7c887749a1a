import type { ActualInstance } from "../../domain/Actual.ts"
import type { Awaited, Dependencies } from "../../domain/Dependency.ts"
import { programKey } from "../programKey.ts"
import { awaited } from "./conditions.ts"
import { ProgramNames } from "./ProgramNames.ts"

/** The conditions that do not hold, where these are all the instances that there are. */
export const awaitedAmong = (
  dependsOn: Dependencies,
  instances: ReadonlyArray<ActualInstance>
): ReadonlyArray<Awaited> => {
  if (Object.keys(dependsOn).length === 0) return []
  const members = Map.groupBy(instances, ({ spec }) => programKey(spec))
  const names = new ProgramNames()
  for (const { spec } of instances) names.enter(spec)
  return awaited(dependsOn, (name) =>
    names.programsOf(name).flatMap((key) => members.get(key) ?? [])
  )
}

import type { ActualInstance } from "../domain/Actual.ts"
import { diffDefinitions } from "./diffDefinition.ts"

/** Whether the process runs with something that only a new process can have otherwise. Live changes have reached it. */
export const isOutdated = ({ process, spec, started }: ActualInstance): boolean => {
  if (process === null || started === null || process.revision === spec.revision) return false
  return diffDefinitions(started.definition, spec.definition, []).some(
    (change) => change.class === "restart" || change.class === "replace"
  )
}

/**
 * Whether a restart of a plan may begin at this moment. What it depends on has to be there before the process that runs is
 * stopped, and restarts that follow a dependency happen one instance at a time, so that the program is never down as a whole.
 * What has to wait is left for the next plan.
 */
import type { ActualInstance } from "../../domain/Actual.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import type { Action } from "../../domain/Plan.ts"
import { isReady } from "../isReady.ts"
import { programKey } from "../programKey.ts"
import { awaited } from "./conditions.ts"
import { ProgramNames } from "./ProgramNames.ts"
import { awaitedText } from "./waitingText.ts"

/** Why it may not; null: it may. `instances`: all that there are now. */
export const holdUp = (
  action: Action,
  spec: InstanceSpec | undefined,
  instances: () => ReadonlyArray<ActualInstance>
): string | null => {
  if (action.kind !== "restart" || spec === undefined) return null
  const follows = action.cause.kind === "dependency"
  if (!follows && Object.keys(spec.definition.dependsOn).length === 0) return null
  const all = Map.groupBy(instances(), (it) => programKey(it.spec))
  const names = new ProgramNames()
  for (const members of all.values()) for (const { spec: member } of members) names.enter(member)
  const missing = awaited(spec.definition.dependsOn, (name) =>
    names.programsOf(name).flatMap((key) => all.get(key) ?? [])
  )
  if (missing.length > 0) return `waits for ${awaitedText(missing)}`
  if (!follows) return null
  const other = all.get(programKey(spec))?.find((it) => it.spec.key !== spec.key && isOnItsWay(it))
  return other === undefined ? null : `waits for ${other.spec.address} to be ready`
}

/** What failed is not waited for: it tries again at its own pace. */
const isOnItsWay = (instance: ActualInstance): boolean => {
  switch (instance.state) {
    case "STARTING":
    case "STOPPING":
      return true
    case "RUNNING":
      return !isReady(instance)
    case "STOPPED":
    case "BACKOFF":
    case "EXITED":
    case "FATAL":
    case "UNKNOWN":
      return false
  }
}

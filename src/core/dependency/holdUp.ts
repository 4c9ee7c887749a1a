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
import { awaitedAmong } from "./awaitedAmong.ts"
import { awaitedText } from "./waitingText.ts"

/** Why it may not; null: it may. `instances`: all that there are now. */
export const holdUp = (
  action: Action,
  spec: InstanceSpec | undefined,
  instances: () => ReadonlyArray<ActualInstance>
): string | null => {
  if (action.kind !== "restart" || spec === undefined) return null
  const follows = takesTurns(action)
  if (!follows && Object.keys(spec.definition.dependsOn).length === 0) return null
  const all = instances()
  if (all.find((it) => it.spec.key === spec.key)?.process === null) return null
  const missing = awaitedAmong(spec.definition.dependsOn, all)
  if (missing.length > 0) return `waits for ${awaitedText(missing)}`
  if (!follows) return null
  const other = all.find(
    (it) => it.spec.key !== spec.key && programKey(it.spec) === programKey(spec) && isOnItsWay(it)
  )
  return other === undefined ? null : `waits for ${other.spec.address} to be ready`
}

/** A restart that something else than the files asks for, of all instances of a program alike. */
export const takesTurns = ({ cause, kind }: Action): boolean =>
  kind === "restart" && (cause.kind === "dependency" || cause.kind === "watch")

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

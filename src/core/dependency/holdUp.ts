/**
 * Whether a restart of a plan may begin at this moment. What it depends on has to be there before the process that runs is
 * stopped, and of one program only so many are down at once as its `update.maxUnavailable` says. What has to wait is left for the
 * next plan.
 */
import type { ActualInstance } from "../../domain/Actual.ts"
import type { InstanceKey, InstanceSpec } from "../../domain/Instance.ts"
import type { Action } from "../../domain/Plan.ts"
import { followsOthers } from "../followsOthers.ts"
import { isReady } from "../isReady.ts"
import { isAvailable, isWanted } from "../rollout/availability.ts"
import { failedText } from "../rollout/successor.ts"
import { type UpdatePolicy, updatePolicy } from "../rollout/updatePolicy.ts"
import { awaitedAmong } from "./awaitedAmong.ts"
import { awaitedText } from "./waitingText.ts"

export interface Around {
  /** All that there are now. */
  readonly instances: () => ReadonlyMap<InstanceKey, ActualInstance>
  /** The instances that its program is declared with. */
  readonly siblings: ReadonlyArray<InstanceSpec>
  /** Those of them that had their turn by the same plan. */
  readonly begun: ReadonlySet<InstanceKey>
  /** Wall clock, milliseconds. */
  readonly now: number
}

/** Why it may not; null: it may. */
export const holdUp = (
  action: Action,
  spec: InstanceSpec | undefined,
  around: Around
): string | null => {
  if (action.kind !== "restart" || spec === undefined) return null
  const policy = updatePolicy(spec)
  const failed = failedBefore(action, spec, around)
  if (failed !== null) return failed
  const takesTurns = around.siblings.length > policy.maxUnavailable
  if (!takesTurns && Object.keys(spec.definition.dependsOn).length === 0) return null
  const all = around.instances()
  const own = all.get(spec.key)
  if (own === undefined || own.process === null) return null
  const missing = awaitedAmong(spec.definition.dependsOn, [...all.values()])
  if (missing.length > 0) return `waits for ${awaitedText(missing)}`
  // What does not serve cannot be missed.
  if (!takesTurns || !isReady(own)) return null
  const isFollower = followsOthers(action.cause)
  const out = around.siblings.filter((sibling) => {
    const other = all.get(sibling.key)
    if (sibling.key === spec.key || other === undefined) return false
    if (around.begun.has(sibling.key) || isReplacing(other)) return true
    return isFollower
      ? isOnItsWay(other, policy, around.now)
      : isMissing(other, sibling, policy, around.now)
  })
  const [first] = out
  return first === undefined || out.length < policy.maxUnavailable
    ? null
    : `waits for ${first.address} to be ready`
}

/** Its new process is on its way, or has failed just now. */
const isReplacing = ({ successor }: ActualInstance): boolean => successor !== null

/** One attempt for each apply: what runs serves on. */
const failedBefore = (action: Action, spec: InstanceSpec, around: Around): string | null => {
  if (action.kind !== "restart" || !action.overlap) return null
  const own = around.instances().get(spec.key)
  return own === undefined ? null : failedText(own, spec)
}

/**
 * Whether it is to be up is judged by what it is to be, as the same plan may be about to tell it so; whether it is up, by what
 * it is: nobody has asked yet what a new probe would find.
 */
const isMissing = (
  instance: ActualInstance,
  spec: InstanceSpec,
  { minReadyMs }: UpdatePolicy,
  now: number
): boolean => isWanted({ ...instance, spec }) && !isAvailable(instance, minReadyMs, now)

/** Of those that follow a dependency, what failed is not waited for: it tries again at its own pace. */
const isOnItsWay = (
  instance: ActualInstance,
  { minReadyMs }: UpdatePolicy,
  now: number
): boolean => {
  switch (instance.state) {
    case "STARTING":
    case "STOPPING":
      return true
    case "RUNNING":
      return !isAvailable(instance, minReadyMs, now)
    case "STOPPED":
      // What the two need is there: it starts in this moment.
      return instance.reason?.kind === "waiting"
    case "BACKOFF":
    case "EXITED":
    case "FATAL":
    case "UNKNOWN":
      return false
  }
}

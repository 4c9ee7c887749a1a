/**
 * How an update stands: which of the instances that it is about are up with what is new, whether one of those has failed, and
 * what is still to come. Pure, and asked at each look; what is true decides, not what was seen happen.
 */
import type { ActualInstance } from "../../domain/Actual.ts"
import type { InstanceKey, InstanceSpec } from "../../domain/Instance.ts"
import type { Action, Plan } from "../../domain/Plan.ts"
import { followsOthers } from "../followsOthers.ts"
import { programKey } from "../programKey.ts"
import { availableFrom, isWanted } from "./availability.ts"
import { isStuck } from "./stuck.ts"
import { comingText, comingUp, failedText } from "./successor.ts"
import { failureText, waitText } from "./troubleTexts.ts"
import { updatePolicy } from "./updatePolicy.ts"

export interface Trouble {
  readonly spec: InstanceSpec
  readonly text: string
}

export interface Standing {
  /** Instances that have failed with what is new, where that ends the update. */
  readonly failed: ReadonlyArray<Trouble>
  /** What the update still waits for; empty: it is at its end. */
  readonly pending: ReadonlyArray<Trouble>
  /** Instances that are up with what is new. */
  readonly arrived: ReadonlySet<InstanceKey>
  /** Wall clock, milliseconds: when one counts as available that is ready already; null: none is. */
  readonly nextAt: number | null
}

export interface Update {
  /** As it was when the update began: says which instances it is about. */
  readonly plan: Pick<Plan, "actions">
  readonly specs: ReadonlyMap<InstanceKey, InstanceSpec>
  readonly instances: ReadonlyMap<InstanceKey, ActualInstance>
  /** Wall clock, milliseconds. */
  readonly now: number
}

export const standingOf = (update: Update): Standing => {
  const { instances, now, plan, specs } = update
  const failed: Array<Trouble> = []
  const pending: Array<Trouble> = []
  const arrived = new Set<InstanceKey>()
  const coming: Array<number> = []
  const unfinished = new Set<string>()
  const about = new Set([...meant(plan.actions), ...succeeding(update)])
  const rows = [...about].flatMap((key) => {
    const [spec, instance] = [specs.get(key), instances.get(key)]
    return spec === undefined || instance === undefined || !isWanted(instance)
      ? []
      : [{ spec, instance, isNew: isReplaced(instance, spec) }]
  })
  for (const { isNew, spec } of rows) if (!isNew) unfinished.add(programKey(spec))
  for (const { instance, isNew, spec } of rows) {
    const policy = updatePolicy(spec)
    if (!isNew) {
      // The old one serves on: only what is to take its place can come up, or fail.
      const text = failedText(instance, spec)
      const coming = comingUp(instance, spec)
      if (text !== null) failed.push({ spec, text })
      else if (coming !== null) pending.push({ spec, text: comingText(coming) })
      continue
    }
    const from = availableFrom(instance, policy.minReadyMs)
    if (from !== null && from <= now) {
      arrived.add(spec.key)
      continue
    }
    // Others of its program wait for it, or it is to be undone: else it goes on by itself.
    const matters = policy.rollback || unfinished.has(programKey(spec))
    if (!matters) continue
    if (from !== null) coming.push(from)
    if (isStuck(instance)) failed.push({ spec, text: failureText(instance) })
    else pending.push({ spec, text: waitText(instance) })
  }
  const nextAt = coming.length === 0 ? null : Math.min(...coming)
  return { failed, pending, arrived, nextAt }
}

/** What follows others, or a file, is no part of what an update is judged by. */
const meant = (actions: ReadonlyArray<Action>): ReadonlyArray<InstanceKey> => [
  ...new Set(
    actions.flatMap((action) =>
      !followsOthers(action.cause) &&
      (action.kind === "restart" || (action.kind === "start" && action.run))
        ? [action.instance]
        : []
    )
  )
]

/** A save in the middle of an update takes over the new processes that are on their way, without an action for them. */
const succeeding = ({ instances, specs }: Update): ReadonlyArray<InstanceKey> =>
  [...specs.values()].flatMap((spec) => {
    const instance = instances.get(spec.key)
    if (instance === undefined || isReplaced(instance, spec)) return []
    return comingUp(instance, spec) === null && failedText(instance, spec) === null
      ? []
      : [spec.key]
  })

/** Its latest process, or attempt, is of what is new. */
const isReplaced = ({ started }: ActualInstance, { revision }: InstanceSpec): boolean =>
  started?.revision === revision

/**
 * Whether a saved plan still fits: what it touches must be as it was when the plan was made. What it does not touch may
 * move. STARTING that became RUNNING is the same process and no reason to refuse.
 */
import type { ActualInstance } from "../domain/Actual.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import type { Action, Basis } from "../domain/Plan.ts"

type Instances = ReadonlyMap<InstanceKey, ActualInstance>

/** One entry for each instance that the actions touch, under the key it has before the plan. */
export const basisOf = (
  actions: ReadonlyArray<Action>,
  instances: Instances
): ReadonlyArray<Basis> => {
  const renamed = new Map(
    actions.flatMap((it) => (it.kind === "rename" ? [[it.instance, it.from] as const] : []))
  )
  const keys = new Set(actions.map(({ instance }) => renamed.get(instance) ?? instance))
  return [...keys].map((key) => lookAt(key, instances))
}

/** What has moved since: addresses where an instance has one, else keys. */
export const movedSince = (
  basis: ReadonlyArray<Basis>,
  instances: Instances
): ReadonlyArray<string> =>
  basis
    .filter((then) => !alike(then, lookAt(then.instance, instances)))
    .map(({ instance }) => instances.get(instance)?.spec.address ?? instance)

const lookAt = (key: InstanceKey, instances: Instances): Basis => {
  const found = instances.get(key)
  return {
    instance: key,
    state: found?.state ?? "STOPPED",
    spawnId: found?.process?.spawnId ?? null,
    revision: found?.spec.revision ?? null,
    override: found?.override?.kind ?? null
  }
}

const alike = (then: Basis, now: Basis): boolean =>
  phase(then.state) === phase(now.state) &&
  then.spawnId === now.spawnId &&
  then.revision === now.revision &&
  then.override === now.override

const phase = (state: Basis["state"]): Basis["state"] => (state === "STARTING" ? "RUNNING" : state)

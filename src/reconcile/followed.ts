/** Whose changes may lead to another plan, as data of the last one. */
import { programGraph } from "../core/dependency/programGraph.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import type { Plan } from "../domain/Plan.ts"
import type { Deferral } from "./executor.ts"
import type { Memory } from "./Memory.ts"

/** Programs of which a new process, or a loss, concerns others; and those that a restart waits for; what waits itself. */
export const followedBy = ({ accepted, blocked, deferred }: Memory): ReadonlySet<string> => {
  const specs = accepted?.desired.programs.flatMap(({ instances }) => instances) ?? []
  const followed = new Set([...blocked, ...deferred].map(programOf))
  if (!specs.some(({ definition }) => Object.keys(definition.dependsOn).length > 0)) return followed
  for (const { needs, specs: own } of programGraph(specs).nodes.values()) {
    const waits = own.some(({ key }) => blocked.has(key))
    for (const { dependency, to } of needs) {
      if (dependency.onLoss === "keep" && !waits) continue
      for (const { key } of to) followed.add(key)
    }
  }
  return followed
}

const programOf = (key: InstanceKey): string => key.slice(0, key.lastIndexOf("/"))

/** Instances that run, and whose restart or reload waits for something. */
export const blockedIn = ({ drift }: Plan): ReadonlySet<InstanceKey> =>
  new Set(
    drift.flatMap(({ at, instance, kind }) =>
      kind === "reload" || kind === "lacking" || (kind === "waiting" && at === null)
        ? [instance]
        : []
    )
  )

export const instancesOf = (deferred: ReadonlyArray<Deferral>): ReadonlySet<InstanceKey> =>
  new Set(deferred.map(({ action: { instance } }) => instance))

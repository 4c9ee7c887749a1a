/** Order of instances for people and for a shutdown. Within one wave everything stops side by side (G10 is not copied). */
import type { InstanceSpec } from "../domain/Instance.ts"
import { byText } from "./byText.ts"
import type { Place } from "./dependency/places.ts"

/** Group priority, group, instance priority, position. */
export const compareInstances = (a: InstanceSpec, b: InstanceSpec): number =>
  a.groupPriority - b.groupPriority ||
  byText(a.group, b.group) ||
  a.definition.priority - b.definition.priority ||
  byText(a.program, b.program) ||
  a.index - b.index

/**
 * Waves of one group priority each, the highest number first; inside a wave by descending priority. What needs something is in
 * the wave of what it needs, or in one before.
 */
export const shutdownWaves = <T extends { readonly spec: InstanceSpec }>(
  instances: ReadonlyArray<T>,
  placeOf: (spec: InstanceSpec) => Pick<Place, "groupPriority">
): ReadonlyArray<ReadonlyArray<T>> => {
  const waves = new Map<number, Array<T>>()
  for (const instance of instances) {
    const { groupPriority } = placeOf(instance.spec)
    const wave = waves.get(groupPriority)
    if (wave === undefined) waves.set(groupPriority, [instance])
    else wave.push(instance)
  }
  return [...waves]
    .sort(([a], [b]) => b - a)
    .map(([, wave]) =>
      wave.sort(
        (a, b) =>
          b.spec.definition.priority - a.spec.definition.priority ||
          -compareInstances(a.spec, b.spec)
      )
    )
}

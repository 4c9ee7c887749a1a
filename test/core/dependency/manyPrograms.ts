/** Thousands of programs, each of which needs those so many places before it. Not sealed anew: their revisions are all one. */
import type { Program } from "../../../src/domain/Desired.ts"
import { address, instanceKey } from "../../../src/domain/Instance.ts"
import { program } from "../planning/world.ts"
import { dependencyOf } from "./dependencyOf.ts"

export const manyPrograms = (
  count: number,
  steps: ReadonlyArray<number>
): ReadonlyArray<Program> => {
  const [spec] = program({ name: "p" }).instances
  if (spec === undefined) throw new Error("a program has an instance")
  const dependency = dependencyOf()
  return Array.from({ length: count }, (_, at) => {
    const name = `p${at}`
    const below = steps.filter((step) => step <= at).map((step) => [`p${at - step}`, dependency])
    const definition = { ...spec.definition, dependsOn: Object.fromEntries(below) }
    const parts = { name, group: name, origin: "typescript", source: spec.source } as const
    const key = instanceKey(name, name, 0)
    const own = { ...spec, ...parts, key, address: address(name, name), program: name, definition }
    return { ...parts, instances: [own] }
  })
}

/** Dependencies in few words, as people write them. */
import { expandDependencies } from "../../../src/core/expandDependencies.ts"
import type { DependencyChecked } from "../../../src/domain/authoring/DependencySchema.ts"
import type { Dependencies, Dependency } from "../../../src/domain/Dependency.ts"

export const needs = (given: Readonly<Record<string, DependencyChecked>>): Dependencies =>
  expandDependencies(given)

export const dependencyOf = (changes: Partial<Dependency> = {}): Dependency => ({
  when: "ready",
  optional: false,
  onLoss: "keep",
  ...changes
})

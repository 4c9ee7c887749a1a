import type { DependencyChecked } from "../domain/authoring/DependencySchema.ts"
import type { Dependencies, Dependency } from "../domain/Dependency.ts"

/** What was written for each name, with its defaults. */
export const expandDependencies = (
  given: Readonly<Record<string, DependencyChecked>> | undefined
): Dependencies =>
  given === undefined
    ? {}
    : Object.fromEntries(Object.entries(given).map(([name, one]) => [name, expand(one)]))

const expand = (given: DependencyChecked): Dependency => {
  if (typeof given === "string") return { when: given, optional: false, onLoss: "keep" }
  const { onLoss = "keep", optional = false, when = "ready" } = given
  return { when, optional, onLoss }
}

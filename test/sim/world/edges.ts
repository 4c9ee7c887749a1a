/** What programs of a scenario need of each other: drawn, and kept free of what a check of the files refuses. */
import type { Definition } from "../../../src/domain/Definition.ts"
import type { Condition, Dependencies, Dependency } from "../../../src/domain/Dependency.ts"
import type { Dice } from "./Dice.ts"
import type { Template, Templates } from "./desired.ts"
import { isTask } from "./tasks.ts"

/** Of those before it in the order of their making, so that there is no circle. */
export const drawEdges = (
  dice: Dice,
  templates: Templates,
  name: string,
  madeAt: (name: string) => number
): Dependencies => {
  const earlier = [...templates.keys()].filter((other) => madeAt(other) < madeAt(name))
  const edges: Record<string, Dependency> = {}
  for (const other of earlier) {
    if (!dice.chance(0.45)) continue
    edges[other] = {
      when: dice.pick(["started", "ready", "ready", "completed"]),
      optional: dice.chance(0.25),
      onLoss: dice.pick(["keep", "restart", "restart", "stop"])
    }
  }
  return edges
}

/**
 * As an author would after the same change: no name without a program, nothing that can never complete, and no task that is to be
 * ready.
 */
export const repairEdges = (
  templates: Templates,
  renamed?: { readonly from: string; readonly to: string }
): void => {
  for (const [name, template] of templates) {
    const edges = Object.entries(template.definition.dependsOn).flatMap(([written, edge]) => {
      const other = written === renamed?.from ? renamed.to : written
      const found = templates.get(other)
      if (found === undefined) return []
      return [[other, { ...edge, when: fitting(found, edge.when) }] as const]
    })
    templates.set(name, withEdges(template, Object.fromEntries(edges)))
  }
}

const fitting = (found: Template, when: Condition): Condition => {
  if (isTask(found)) return when === "ready" ? "completed" : when
  const endless = found.definition.restart.when === "always"
  return endless && when === "completed" ? "ready" : when
}

export const withEdges = (template: Template, dependsOn: Dependencies): Template => ({
  ...template,
  definition: { ...template.definition, dependsOn }
})

export interface Needing {
  readonly definition: Pick<Definition, "dependsOn">
}

/** What instances of each program need together: they may run with different definitions. */
export const together = (
  all: Iterable<readonly [string, Needing]>
): ReadonlyMap<string, Needing> => {
  const found = new Map<string, Needing>()
  for (const [name, { definition }] of all) {
    const dependsOn = { ...found.get(name)?.definition.dependsOn }
    for (const [other, edge] of Object.entries(definition.dependsOn)) {
      if (dependsOn[other]?.optional !== false) dependsOn[other] = edge
    }
    found.set(name, { definition: { dependsOn } })
  }
  return found
}

/** Programs that are needed by those that are wanted for their own sake, and by what those need. */
export const neededOf = (
  programs: ReadonlyMap<string, Needing>,
  isWanted: (name: string) => boolean
): ReadonlySet<string> => {
  const needed = new Set<string>()
  const add = (name: string): void => {
    const edges = programs.get(name)?.definition.dependsOn ?? {}
    for (const [other, { optional }] of Object.entries(edges)) {
      if (optional || needed.has(other)) continue
      needed.add(other)
      add(other)
    }
  }
  for (const name of programs.keys()) if (isWanted(name)) add(name)
  return needed
}

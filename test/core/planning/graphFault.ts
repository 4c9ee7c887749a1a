/** Whether every action of a plan can be reached: no unknown ids, no doubles, no circles. */
import { walk } from "../../../src/core/graph.ts"
import type { Plan } from "../../../src/domain/Plan.ts"

type Edges = Pick<Plan, "actions" | "stages">

/** What makes a plan unusable, as a sentence; null: it can be carried out. */
export const graphFault = (plan: Edges): string | null => {
  const known = new Set([...plan.actions, ...plan.stages].map(({ id }) => id))
  if (known.size < plan.actions.length + plan.stages.length) return "two of its actions share an id"
  for (const { id, dependsOn } of plan.actions) {
    const missing = dependsOn.find((need) => !known.has(need))
    if (missing !== undefined) return `action ${id} depends on ${missing}, which is not in it`
  }
  for (const { id, actions } of plan.stages) {
    const missing = actions.find((member) => !known.has(member))
    if (missing !== undefined) return `stage ${id} names ${missing}, which is not in it`
    if (actions.length === 0) return `stage ${id} is empty`
  }
  const { ended, first } = walk(plan)
  const queue = [...first]
  const reached = new Set<string>()
  for (let action = queue.pop(); action !== undefined; action = queue.pop()) {
    reached.add(action.id)
    queue.push(...ended(action.id))
  }
  const stuck = plan.actions.find(({ id }) => !reached.has(id))
  return stuck === undefined ? null : `action ${stuck.id} waits for itself`
}

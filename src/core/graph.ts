/**
 * A plan as a graph: what may begin now, and what may begin next. Knows edges and nothing of what actions mean. Its cost
 * grows with actions plus edges.
 */
import type { Action, Plan } from "../domain/Plan.ts"

type Edges = Pick<Plan, "actions" | "stages">

/** A walk through one plan. Each action is given out once, after all it depends on has ended. */
export interface Walk {
  readonly first: ReadonlyArray<Action>
  /** Tells that an action has ended; gives those that may begin because of it. */
  readonly ended: (id: string) => ReadonlyArray<Action>
}

export const walk = (plan: Edges): Walk => {
  const nodes = new Map<string, Node>()
  for (const action of plan.actions) nodes.set(action.id, node(action, action.dependsOn))
  for (const stage of plan.stages) nodes.set(stage.id, node(null, stage.actions))
  for (const [id, { needs }] of nodes) {
    for (const need of needs) nodes.get(need)?.followers.push(id)
  }
  const ended = (id: string): ReadonlyArray<Action> => {
    const free: Array<Action> = []
    const over = [id]
    for (let at = over.pop(); at !== undefined; at = over.pop()) {
      for (const follower of nodes.get(at)?.followers ?? []) {
        const next = nodes.get(follower)
        if (next === undefined || --next.open > 0) continue
        // A stage has nothing to do by itself: it ends with the last of its actions.
        if (next.action === null) over.push(follower)
        else free.push(next.action)
      }
    }
    return free
  }
  return { first: plan.actions.filter((action) => action.dependsOn.length === 0), ended }
}

/** What makes a plan that came from a file unusable, as a sentence; null: it can be carried out. */
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

interface Node {
  readonly action: Action | null
  readonly needs: ReadonlyArray<string>
  readonly followers: Array<string>
  open: number
}

const node = (action: Action | null, needs: ReadonlyArray<string>): Node => ({
  action,
  needs,
  followers: [],
  open: needs.length
})

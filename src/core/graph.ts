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

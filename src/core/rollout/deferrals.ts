import type { ActualInstance } from "../../domain/Actual.ts"
import type { Desired } from "../../domain/Desired.ts"
import type { InstanceKey, InstanceSpec } from "../../domain/Instance.ts"
import type { Action, Plan } from "../../domain/Plan.ts"
import { holdUp } from "../dependency/holdUp.ts"
import { isReady } from "../isReady.ts"

/**
 * Why an action of a plan may not begin yet, asked right before it would, in the order of the plan; null: it may. What needs one
 * that may not waits with it. `instances`: all that there are at that moment; `now`: wall clock, milliseconds.
 */
export const deferrals = (
  { actions, stages }: Pick<Plan, "actions" | "stages">,
  { programs }: Pick<Desired, "programs">,
  instances: () => ReadonlyMap<InstanceKey, ActualInstance>
): ((action: Action, now: number) => string | null) => {
  const members = new Map(stages.map(({ actions, id }) => [id, actions]))
  const waiting = new Map<string, string>()
  const turns = turnsOf(programs)
  // What is started, or replaced without having served, comes up beside the others whatever it was before.
  const markThose = once(() => {
    const all = instances()
    for (const action of actions) {
      if (isAway(action, all)) turns.get(action.instance)?.begun.add(action.instance)
    }
  })
  return (action, now) => {
    if (action.kind !== "restart") return null
    markThose()
    const before = action.needs
      .flatMap((id) => members.get(id) ?? [id])
      .flatMap((id) => waiting.get(id) ?? [])
    const turn = turns.get(action.instance)
    const around = { instances, siblings: [], begun: none, now, ...turn }
    const text = before[0] ?? holdUp(action, turn?.spec, around)
    if (text !== null) waiting.set(action.id, text)
    else turn?.begun.add(action.instance)
    return text
  }
}

const isAway = (action: Action, instances: ReadonlyMap<InstanceKey, ActualInstance>): boolean => {
  if (action.kind === "start") return action.run
  const instance = instances.get(action.instance)
  return action.kind === "restart" && (instance === undefined || !isReady(instance))
}

const once = (work: () => void): (() => void) => {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}

const none: ReadonlySet<InstanceKey> = new Set()

interface Turn {
  readonly spec: InstanceSpec
  readonly siblings: ReadonlyArray<InstanceSpec>
  /** Those that are started by the plan, or had their turn already; what they leave over comes with later plans. */
  readonly begun: Set<InstanceKey>
}

const turnsOf = (programs: Desired["programs"]): ReadonlyMap<InstanceKey, Turn> => {
  const turns = new Map<InstanceKey, Turn>()
  for (const { instances: siblings } of programs) {
    const begun = new Set<InstanceKey>()
    for (const spec of siblings) turns.set(spec.key, { spec, siblings, begun })
  }
  return turns
}

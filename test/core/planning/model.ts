/** What the supervisor would come to, without processes: carries a plan out on plain data, action by action, in its order. */
import { walk } from "../../../src/core/graph.ts"
import type { Actual, ActualInstance } from "../../../src/domain/Actual.ts"
import type { Desired } from "../../../src/domain/Desired.ts"
import type { InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import type { Action, Plan } from "../../../src/domain/Plan.ts"
import { processOf, running } from "./world.ts"

/** How a start of an instance ends. */
export type Fate = "runs" | "exits" | "fails" | "retries"

export const applyPlan = (
  plan: Plan,
  desired: Desired,
  actual: Actual,
  fate: (key: InstanceKey) => Fate
): { readonly actual: Actual; readonly done: ReadonlyArray<Action> } => {
  const specs = new Map(
    desired.programs.flatMap(({ instances }) => instances.map((spec) => [spec.key, spec] as const))
  )
  const instances = new Map(actual.instances.map((it) => [it.spec.key, it]))
  const overrides = new Map(actual.overrides.map((it) => [it.key, it]))
  const pids = { next: 50_000 }
  const perform = (action: Action): void => {
    const spec = specs.get(action.instance)
    if (action.kind === "stop") {
      instances.delete(action.instance)
      overrides.delete(action.instance)
      return
    }
    if (spec === undefined) throw new Error(`${action.instance} is not declared`)
    if (action.kind === "rename") {
      const before = instances.get(action.from)
      if (before === undefined) throw new Error(`${action.from} does not exist`)
      if (action.from !== spec.key && instances.has(spec.key)) throw new Error("key is taken")
      instances.delete(action.from)
      const override = before.override && { ...before.override, key: spec.key }
      instances.set(spec.key, { ...before, spec, override })
      return
    }
    const before = instances.get(spec.key) ?? {
      ...stoppedNew(spec),
      override: overrides.get(spec.key) ?? null
    }
    const starts = action.kind === "restart" || (action.kind === "start" && action.run)
    const after = { ...before, spec }
    instances.set(spec.key, starts ? started(after, fate(spec.key), pids.next++) : after)
  }
  const graph = walk(plan)
  const done: Array<Action> = []
  const ready = [...graph.first]
  for (let action = ready.shift(); action !== undefined; action = ready.shift()) {
    perform(action)
    done.push(action)
    ready.push(...graph.ended(action.id))
  }
  for (const key of plan.metadata) {
    const [before, spec] = [instances.get(key), specs.get(key)]
    if (before !== undefined && spec !== undefined) instances.set(key, { ...before, spec })
  }
  const result = {
    ...actual,
    instances: [...instances.values()],
    overrides: [...overrides.values()]
  }
  return { actual: result, done }
}

const stoppedNew = (spec: InstanceSpec): ActualInstance => ({
  ...running(spec, 0),
  state: "STOPPED",
  reason: { kind: "neverStarted" },
  process: null,
  started: null,
  starts: 0
})

const started = (instance: ActualInstance, fate: Fate, pid: number): ActualInstance => {
  const { spec } = instance
  const down = { ...instance, process: null, started: spec }
  switch (fate) {
    case "runs":
      return { ...down, state: "RUNNING", reason: null, process: processOf(spec, pid) }
    case "exits": {
      const status = { kind: "code", code: 0 } as const
      return { ...down, state: "EXITED", reason: { kind: "exited", status, expected: true } }
    }
    case "fails":
      return { ...down, state: "FATAL", reason: { kind: "gaveUp", text: "too quick", attempts: 4 } }
    case "retries":
      return { ...down, state: "BACKOFF", reason: { kind: "startFailed", text: "too quick" } }
  }
}

/**
 * What the supervisor would come to, without processes: carries a plan out on plain data, action by action, in its order. What
 * has to wait waits there too: a start until its conditions hold, a restart for the next plan.
 */
import { awaited } from "../../../src/core/dependency/conditions.ts"
import { ProgramNames } from "../../../src/core/dependency/ProgramNames.ts"
import { walk } from "../../../src/core/graph.ts"
import { programKey } from "../../../src/core/programKey.ts"
import { deferrals } from "../../../src/core/rollout/deferrals.ts"
import type { Actual, ActualInstance } from "../../../src/domain/Actual.ts"
import type { Awaited } from "../../../src/domain/Dependency.ts"
import type { Desired } from "../../../src/domain/Desired.ts"
import type { InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import type { Action, Plan } from "../../../src/domain/Plan.ts"
import type { Reason } from "../../../src/domain/State.ts"
import { processOf, running } from "./world.ts"

/** How a start of an instance ends; "comes": it is STARTING for now. */
export type Fate = "runs" | "comes" | "exits" | "fails" | "retries"

export type FateOf = (key: InstanceKey) => Fate

export interface CarriedOut {
  readonly actual: Actual
  /** All actions, in the order in which they had their turn. */
  readonly done: ReadonlyArray<Action>
  /** Those whose time had not come. */
  readonly deferred: ReadonlySet<Action>
}

export const applyPlan = (
  plan: Plan,
  desired: Desired,
  actual: Actual,
  fate: FateOf
): CarriedOut => {
  const specs = new Map(
    desired.programs.flatMap(({ instances }) => instances.map((spec) => [spec.key, spec] as const))
  )
  const instances = new Map(actual.instances.map((it) => [it.spec.key, it]))
  const overrides = new Map(actual.overrides.map((it) => [it.key, it]))
  const start = starter(instances, fate)
  const perform = (action: Action): void => {
    const spec = specs.get(action.instance)
    if (action.kind === "stop") {
      const before = instances.get(action.instance)
      if (!action.forget && before !== undefined) {
        instances.set(action.instance, stopped(before, reasonOf(action, spec)))
        return
      }
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
      const own = overrides.get(action.from)
      if (own !== undefined) overrides.set(spec.key, { ...own, key: spec.key })
      if (action.from !== spec.key) overrides.delete(action.from)
      return
    }
    const before = instances.get(spec.key) ?? {
      ...stoppedNew(spec),
      override: overrides.get(spec.key) ?? null
    }
    instances.set(spec.key, { ...before, spec })
    if (action.kind === "restart" || (action.kind === "start" && action.run)) start(spec.key)
  }
  for (const key of plan.metadata) {
    const [before, spec] = [instances.get(key), specs.get(key)]
    if (before !== undefined && spec !== undefined) instances.set(key, { ...before, spec })
  }
  const notYet = deferrals(plan, desired, () => instances)
  const graph = walk(plan)
  const done: Array<Action> = []
  const deferred = new Set<Action>()
  const ready = [...graph.first]
  for (let action = ready.shift(); action !== undefined; action = ready.shift()) {
    if (notYet(action, Number.MAX_SAFE_INTEGER) !== null) deferred.add(action)
    else perform(action)
    done.push(action)
    ready.push(...graph.ended(action.id))
  }
  const result = {
    ...actual,
    instances: [...instances.values()],
    overrides: [...overrides.values()]
  }
  return { actual: result, done, deferred }
}

/** What happens by itself after that: what is coming up does so, and what waits starts when it may. */
export const settle = (actual: Actual, fate: FateOf): Actual => {
  const instances = new Map(actual.instances.map((it) => [it.spec.key, it]))
  const start = starter(instances, (key) => {
    const next = fate(key)
    return next === "comes" ? "runs" : next
  })
  let moved = true
  while (moved) {
    moved = false
    for (const it of instances.values()) {
      if (it.state === "STARTING") {
        instances.set(it.spec.key, { ...it, state: "RUNNING" })
        moved = true
      } else if (it.reason?.kind === "waiting" && awaitedNow(it.spec, instances).length === 0) {
        start(it.spec.key)
        moved = true
      }
    }
  }
  return { ...actual, instances: [...instances.values()] }
}

type Instances = ReadonlyMap<InstanceKey, ActualInstance>

/** Starts an instance, or has it wait. */
const starter = (instances: Map<InstanceKey, ActualInstance>, fate: FateOf) => {
  const pids = [...instances.values()].map(({ lastStartTicks }) => (lastStartTicks ?? 0) / 10)
  let pid = Math.max(50_000, ...pids)
  return (key: InstanceKey): void => {
    const it = instances.get(key)
    if (it === undefined) throw new Error(`${key} does not exist`)
    instances.set(key, stopped(it, null))
    const on = awaitedNow(it.spec, instances)
    instances.set(
      key,
      on.length > 0 ? stopped(it, { kind: "waiting", on }) : started(it, fate(key), ++pid)
    )
  }
}

const awaitedNow = ({ definition }: InstanceSpec, instances: Instances): ReadonlyArray<Awaited> => {
  const names = new ProgramNames()
  for (const { spec } of instances.values()) names.enter(spec)
  return awaited(definition.dependsOn, (name) => {
    const programs = new Set(names.programsOf(name))
    return [...instances.values()].filter(({ spec }) => programs.has(programKey(spec)))
  })
}

const reasonOf = ({ cause }: Action, spec: InstanceSpec | undefined): Reason => {
  const needed = cause.kind === "dependency" ? spec?.definition.dependsOn[cause.on] : undefined
  return cause.kind === "dependency" && needed !== undefined
    ? { kind: "waiting", on: [{ program: cause.on, when: needed.when }] }
    : { kind: "plan", text: cause.kind }
}

const stopped = (instance: ActualInstance, reason: Reason | null): ActualInstance => ({
  ...instance,
  state: "STOPPED",
  reason,
  process: null
})

const stoppedNew = (spec: InstanceSpec): ActualInstance => ({
  ...running(spec, 0),
  state: "STOPPED",
  reason: { kind: "neverStarted" },
  process: null,
  started: null,
  starts: 0,
  lastStartTicks: null
})

const started = (instance: ActualInstance, fate: Fate, pid: number): ActualInstance => {
  const { spec } = instance
  const process = processOf(spec, pid)
  const starts = instance.starts + 1
  const down = { ...instance, process: null, started: spec, starts }
  const ran = { ...down, lastStartTicks: process.startTicks }
  switch (fate) {
    case "runs":
      return { ...ran, state: "RUNNING", reason: null, process }
    case "comes":
      return { ...ran, state: "STARTING", reason: null, process }
    case "exits": {
      const status = { kind: "code", code: 0 } as const
      return { ...ran, state: "EXITED", reason: { kind: "exited", status, expected: true } }
    }
    case "fails":
      return { ...ran, state: "FATAL", reason: { kind: "gaveUp", text: "too quick", attempts: 4 } }
    case "retries":
      return { ...ran, state: "BACKOFF", reason: { kind: "startFailed", text: "too quick" } }
  }
}

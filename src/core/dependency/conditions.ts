/**
 * Whether what a program needs is there. Pure, and asked of what is at the moment of a start: conditions are levels, no events,
 * so that none is missed.
 */
import type { ActualInstance } from "../../domain/Actual.ts"
import type { Awaited, Condition, Dependencies, Dependency } from "../../domain/Dependency.ts"
import { isReady } from "../isReady.ts"

/** What is looked at of an instance. */
export type Fact = Parameters<typeof isReady>[0] &
  Pick<ActualInstance, "process" | "reason" | "spec" | "state">

/** The conditions that do not hold. `instancesOf`: of all programs that the name means. */
export const awaited = (
  dependsOn: Dependencies,
  instancesOf: (name: string) => ReadonlyArray<Fact>
): ReadonlyArray<Awaited> => {
  const found: Array<Awaited> = []
  for (const program in dependsOn) {
    const dependency = dependsOn[program]
    if (dependency === undefined || isMet(dependency, instancesOf(program))) continue
    found.push({ program, when: dependency.when })
  }
  return found
}

/** A dependency without instances is not there. */
export const isMet = ({ optional, when }: Dependency, instances: ReadonlyArray<Fact>): boolean =>
  instances.length === 0
    ? optional
    : instances.every((it) => holds(when, it)) || (optional && instances.some(isDown))

export const holds = (when: Condition, instance: Fact): boolean => {
  switch (when) {
    case "started":
      return hasProcess(instance) || isDone(instance)
    case "ready":
      return isReady(instance) || isDone(instance)
    case "completed":
      return hasCompleted(instance)
  }
}

/**
 * Whether it is only a matter of time: what is not there yet is coming up. A task that runs comes to its end; when another
 * program completes nobody knows.
 */
export const isComing = (
  { when }: Pick<Dependency, "when">,
  instances: ReadonlyArray<Fact>
): boolean =>
  instances.length > 0 &&
  instances.every((it) => holds(when, it) || (comesUp(it) && (when !== "completed" || isTask(it))))

/** What runs to its end. */
export const isTask = ({ spec }: Tasked): boolean => spec.definition.task !== null

/** Of an instance that may be one of a task. */
export interface Tasked {
  readonly spec: { readonly definition: { readonly task: object | null } }
}

/** Up, or coming up; a process may still have to be made. */
export const comesUp = ({ state }: Pick<Fact, "state">): boolean =>
  state === "STARTING" || state === "RUNNING"

export const hasProcess = (instance: Pick<Fact, "process" | "state">): boolean =>
  instance.process !== null && comesUp(instance)

export const hasCompleted = ({ reason, state }: Pick<Fact, "reason" | "state">): boolean =>
  state === "EXITED" && reason?.kind === "exited" && reason.expected

/** What runs once and has done so is there for good. */
const isDone = (instance: Fact): boolean =>
  (isTask(instance) || instance.spec.definition.restart.when === "never") && hasCompleted(instance)

/** Nothing is on its way: it is not waited for by those who can do without. */
const isDown = ({ reason, state }: Fact): boolean => {
  switch (state) {
    case "STARTING":
    case "RUNNING":
    case "STOPPING":
      return false
    case "STOPPED":
      return reason?.kind !== "waiting"
    case "BACKOFF":
    case "EXITED":
    case "FATAL":
    case "UNKNOWN":
      return true
  }
}

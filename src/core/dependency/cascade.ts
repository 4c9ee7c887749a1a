/**
 * What becomes of an instance that runs when something that it depends on gets a new process, or is lost (`onLoss`). Told by what
 * is: a process that is older than one of its dependency's, which had another before, has not seen the change yet.
 */
import type { ActualInstance } from "../../domain/Actual.ts"
import { hasProcess, holds, isComing, isMet } from "./conditions.ts"
import type { Edge, ProgramNode } from "./programGraph.ts"

export interface Cascade {
  /**
   * "stop": something is lost. "rest": it gets a new process by the same plan, and the instance is down meanwhile. "restart": it
   * has a new process, or gets one by the same plan.
   */
  readonly kind: "rest" | "restart" | "stop"
  /** The dependency by the name as it was written. */
  readonly on: string
}

export interface Course {
  /** Whether instances of the program get a new process by the same plan, having had one before. */
  readonly isRenewed: (program: ProgramNode) => boolean
  /** The same, and nothing has to be waited for before. */
  readonly isRenewedNow: (program: ProgramNode) => boolean
  readonly instancesOf: (program: ProgramNode) => ReadonlyArray<ActualInstance>
}

/** Null: it goes on. What ends it comes first. */
export const cascadeOf = (
  { needs }: ProgramNode,
  instance: ActualInstance,
  course: Course
): Cascade | null => {
  if (!hasProcess(instance) || instance.override?.kind === "stopped") return null
  const stopping = needs.filter(({ dependency }) => dependency.onLoss === "stop")
  const gone = stopping.find((edge) => isGone(edge, course))
  if (gone !== undefined) return { kind: "stop", on: gone.name }
  const going = stopping.find(({ to }) => to.some((program) => course.isRenewedNow(program)))
  if (going !== undefined) return { kind: "rest", on: going.name }
  const newer = needs.find(
    (edge) => edge.dependency.onLoss === "restart" && isNewer(edge, instance, course)
  )
  return newer === undefined ? null : { kind: "restart", on: newer.name }
}

/**
 * Lost is what would not let it start either, and had a process before. Readiness that comes and goes is no loss: the process is
 * the same.
 */
const isGone = ({ dependency, to }: Edge, course: Course): boolean => {
  // What may run without it need not be down without it.
  if (dependency.optional) return false
  const when = dependency.when === "completed" ? "completed" : "started"
  const instances = to.flatMap((program) => course.instancesOf(program))
  return instances.some((it) => it.starts > 0 && !holds(when, it))
}

const isNewer = (
  { dependency, to }: Edge,
  { process }: ActualInstance,
  course: Course
): boolean => {
  if (to.some((program) => course.isRenewed(program))) return true
  const instances = to.flatMap((program) => course.instancesOf(program))
  return (
    (isMet(dependency, instances) || isComing(dependency, instances)) &&
    instances.some(
      ({ lastStartTicks, starts }) =>
        starts > 1 && process !== null && (lastStartTicks ?? 0) > process.startTicks
    )
  )
}

/**
 * What becomes of an instance that runs when something that it depends on gets a new process, or is lost (`onLoss`). Told by what
 * is: a process that is older than one of its dependency's, which had another before, has not seen the change yet.
 */
import type { ActualInstance } from "../../domain/Actual.ts"
import { hasProcess, holds, isMet } from "./conditions.ts"
import type { Edge, ProgramNode } from "./programGraph.ts"

export interface Cascade {
  readonly kind: "restart" | "stop"
  /** The dependency by the name as it was written. */
  readonly on: string
}

export interface Course {
  /** Whether instances of the program get a new process by the same plan, having had one before. */
  readonly isRenewed: (program: ProgramNode) => boolean
  readonly instancesOf: (program: ProgramNode) => ReadonlyArray<ActualInstance>
}

/** Null: it goes on. A stop comes before a restart. */
export const cascadeOf = (
  { needs }: ProgramNode,
  instance: ActualInstance,
  course: Course
): Cascade | null => {
  if (!hasProcess(instance) || instance.override?.kind === "stopped") return null
  const to = needs.find((edge) => edge.dependency.onLoss === "stop" && isGone(edge, course))
  if (to !== undefined) return { kind: "stop", on: to.name }
  const newer = needs.find(
    (edge) => edge.dependency.onLoss === "restart" && isNewer(edge, instance, course)
  )
  return newer === undefined ? null : { kind: "restart", on: newer.name }
}

/** One that never had a process cannot be lost. */
const isGone = ({ dependency, to }: Edge, course: Course): boolean => {
  const level = dependency.when === "completed" ? "completed" : "started"
  return to.some(
    (program) =>
      course.isRenewed(program) ||
      course.instancesOf(program).some((it) => it.starts > 0 && !holds(level, it))
  )
}

const isNewer = (
  { dependency, to }: Edge,
  { process }: ActualInstance,
  course: Course
): boolean => {
  if (to.some((program) => course.isRenewed(program))) return true
  const instances = to.flatMap((program) => course.instancesOf(program))
  return (
    isMet(dependency, instances) &&
    instances.some(
      ({ lastStartTicks, starts }) =>
        starts > 1 && process !== null && (lastStartTicks ?? 0) > process.startTicks
    )
  )
}

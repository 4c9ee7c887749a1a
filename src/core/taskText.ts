/** What became of a task, in the words of tasks. */
import type { ActualInstance } from "../domain/Actual.ts"
import { ageText } from "./ageText.ts"
import { hasCompleted, isTask, type Tasked } from "./dependency/conditions.ts"

type Told = Pick<ActualInstance, "reason" | "since" | "state" | "stoppedAt"> & Tasked

/** Null: it is none, or it runs, waits or was stopped as any program. `now` is wall clock, milliseconds. */
export const taskText = (instance: Told, now: number): string | null => {
  if (!isTask(instance)) return null
  const { reason, since, state, stoppedAt } = instance
  if (hasCompleted(instance)) return `completed ${ageText(now - (stoppedAt ?? since))} ago`
  if (state !== "FATAL" || reason?.kind !== "gaveUp") return null
  return reason.attempts === 1
    ? `failed: ${reason.text}`
    : `failed ${reason.attempts} times: ${reason.text}`
}

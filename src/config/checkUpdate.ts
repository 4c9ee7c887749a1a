/** Times of an update (`update`, `ready`) that contradict each other: with them no update could ever go through. */
import { updatePolicy } from "../core/rollout/updatePolicy.ts"
import type { Program } from "../domain/Desired.ts"
import { formatDuration } from "../domain/Duration.ts"
import type { CrossFinding } from "./crossCheck.ts"

export const checkUpdate = (programs: ReadonlyArray<Program>): ReadonlyArray<CrossFinding> =>
  programs.flatMap((program) => faultOf(program) ?? [])

const faultOf = ({ instances, origin, source }: Program): CrossFinding | null => {
  const [spec] = instances
  if (spec === undefined) return null
  const { deadlineMs, minReadyMs, rollback } = updatePolicy(spec)
  const isJudged = instances.length > 1 || rollback
  const [deadline, minReady] = [formatDuration(deadlineMs), formatDuration(minReadyMs)]
  if (minReadyMs >= deadlineMs) {
    return {
      origin,
      source,
      severity: "error",
      path: ["update", "minReady"],
      message: `an update fails after ${deadline} without progress (deadline), and nothing counts before ${minReady}`,
      hint: "make minReady shorter, or deadline longer"
    }
  }
  const withinMs = spec.definition.ready?.withinMs ?? null
  if (!isJudged || withinMs === null || withinMs < deadlineMs) return null
  return {
    origin,
    source,
    severity: "warning",
    path: ["ready", "within"],
    message: `an update fails after ${deadline} without progress (update.deadline): before ${formatDuration(withinMs)} are over`,
    hint: "make update.deadline longer than that"
  }
}

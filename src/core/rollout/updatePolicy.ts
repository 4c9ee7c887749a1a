import type { InstanceSpec } from "../../domain/Instance.ts"

/** What holds for the updates of a program, with all defaults. */
export interface UpdatePolicy {
  /** Infinity: all. */
  readonly maxUnavailable: number
  readonly minReadyMs: number
  readonly deadlineMs: number
  readonly rollback: boolean
}

/** Programs from ini files are replaced at once, as supervisord does; others one instance after the other. */
export const updatePolicy = ({
  definition: { update },
  origin
}: Pick<InstanceSpec, "definition" | "origin">): UpdatePolicy => {
  const most = update.maxUnavailable ?? (origin === "ini" ? "all" : 1)
  return {
    maxUnavailable: most === "all" ? Number.POSITIVE_INFINITY : most,
    minReadyMs: update.minReadyMs ?? 0,
    deadlineMs: update.deadlineMs ?? usualDeadlineMs,
    rollback: update.rollback
  }
}

const usualDeadlineMs = 10 * 60_000

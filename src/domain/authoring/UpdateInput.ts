/** The type of `update`; its schema is in UpdateSchema.ts. */
import type { DurationInput } from "../Duration.ts"

/** How its instances are replaced when its definition changes, or a file that it watches. */
export interface UpdateInput {
  /**
   * "overlap": the new process is ready before the old one is asked to stop. "restart": it is
   * started afterwards. Default: "restart". Change class: live.
   */
  readonly strategy?: "restart" | "overlap"
  /**
   * How many of its instances may be down or not ready at once because of an update; those that
   * are so anyway count. Default: 1. Change class: live.
   */
  readonly maxUnavailable?: number | "all"
  /**
   * How long an instance must have been ready to count as available. Default: "0s". Change class:
   * live.
   */
  readonly minReady?: DurationInput
  /**
   * An update that gets no further for so long has failed. Default: "10 minutes". Change class:
   * live.
   */
  readonly deadline?: DurationInput
  /**
   * Whether an update that fails is undone: the last good generation takes its place, until the
   * files change. Default: false. Change class: live.
   */
  readonly rollback?: boolean
}

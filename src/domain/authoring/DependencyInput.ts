/** The type of `dependsOn`. The schema of the same shape is in DependencySchema.ts. */
import type { Condition, OnLoss } from "../Dependency.ts"

/** What a program needs of another one. */
export interface DependencyInput {
  /**
   * What is waited for: "started" it has a process, "ready" it is ready (`ready`), "completed" it
   * ended as expected. Default: "ready". Change class: live.
   */
  readonly when?: Condition
  /**
   * Whether a dependency that is not declared, or is down, is not waited for. Default: false.
   * Change class: live.
   */
  readonly optional?: boolean
  /**
   * When it gets a new process or is lost: what runs goes on, is restarted, or is stopped until
   * it is back. Default: "keep". Change class: live.
   */
  readonly onLoss?: OnLoss
}

/**
 * How a task is started and run again, in the words of a program: it counts as started at once, is run again unless it ended as
 * expected, and each of its runs that failed is an attempt, however long it took (core/lifeSteps).
 */
import type { Runnable } from "../domain/authoring/Runnable.ts"
import type { TaskPolicy } from "../domain/authoring/TaskSchema.ts"
import type { Definition } from "../domain/Definition.ts"
import { expandBackoff } from "./expandBackoff.ts"

export const expandTask = (
  { start }: Runnable,
  { backoff, expectedExitCodes, once, retries }: TaskPolicy
): Pick<Definition, "restart" | "start" | "task"> => ({
  start: { auto: start?.auto ?? true, stableAfterMs: 0, retries: retries ?? 0 },
  restart: {
    when: "unexpected",
    expectedExitCodes: expectedExitCodes ?? [0],
    backoff: { ...expandBackoff(backoff), pace: "restarts", resetAfterMs: null },
    maxLifetimeMs: null,
    lifetimeVariance: 0.1
  },
  task: { once: once ?? false }
})

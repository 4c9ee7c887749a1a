import type { ActualInstance } from "../../domain/Actual.ts"
import { isWanted } from "./availability.ts"

/**
 * Whether an instance that is to be up has failed: what waits for it to be ready waits until somebody sees to it, or it succeeds
 * after all.
 */
export const isStuck = (instance: ActualInstance): boolean => {
  switch (instance.state) {
    case "BACKOFF":
    case "FATAL":
    case "UNKNOWN":
    case "EXITED":
      return isWanted(instance)
    case "STOPPED":
    case "STARTING":
    case "RUNNING":
    case "STOPPING":
      return false
  }
}

import type { ActualInstance } from "../domain/Actual.ts"

/** Whether an instance is ready for what depends on it (design 5): it is RUNNING. */
export const isReady = ({ state }: Pick<ActualInstance, "state">): boolean => state === "RUNNING"

import type { ActualInstance } from "../domain/Actual.ts"

/** Whether an instance is ready for what depends on it (design 5): it is RUNNING, and its probe, where it has one, says so. */
export const isReady = ({
  ready,
  spec,
  state
}: Pick<ActualInstance, "state" | "spec" | "ready">): boolean =>
  state === "RUNNING" && (spec.definition.ready === null || ready?.ok === true)

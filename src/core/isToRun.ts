import type { Override } from "../domain/Actual.ts"
import type { InstanceSpec } from "../domain/Instance.ts"

/** Whether it is to have a process, as far as its own definition and operators say. */
export const isToRun = (spec: InstanceSpec, override: Override | null): boolean =>
  override === null ? spec.definition.start.auto : override.kind === "started"

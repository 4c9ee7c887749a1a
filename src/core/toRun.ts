import type { Override } from "../domain/Actual.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import { isToRun } from "./isToRun.ts"
import { programKey } from "./programKey.ts"

/**
 * Whether it is to have a process, for its own sake or as others need it (`needed`: programs by their keys). A stop by hand
 * outranks that.
 */
export const toRun = (
  spec: InstanceSpec,
  override: Override | null,
  needed: ReadonlyMap<string, string>
): boolean => isToRun(spec, override) || (override === null && needed.has(programKey(spec)))

/** The orders of planning. Text is compared by code units, so that a plan does not depend on a locale. */
import type { InstanceSpec } from "../domain/Instance.ts"
import { byText } from "./byText.ts"

/** Group, program, position. */
export const byName = (a: InstanceSpec, b: InstanceSpec): number =>
  byText(a.group, b.group) || byText(a.program, b.program) || a.index - b.index

/** Lower starts first, stops last: the group's priority, then the program's. 0 means side by side. */
export const byRank = (a: InstanceSpec, b: InstanceSpec): number =>
  a.groupPriority - b.groupPriority || a.definition.priority - b.definition.priority

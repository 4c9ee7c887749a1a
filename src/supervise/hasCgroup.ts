import { askedOf } from "../core/kernelLimits.ts"
import type { Definition } from "../domain/Definition.ts"

/** Whether a process of it gets a cgroup of its own where that can be: what is limited as a whole must be known as a whole. */
export const hasCgroup = ({ limits }: Pick<Definition, "limits">): boolean =>
  limits.memory !== null || askedOf(limits).length > 0

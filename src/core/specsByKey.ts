import type { Desired } from "../domain/Desired.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"

/** All instances that are declared. */
export const specsByKey = ({
  programs
}: Pick<Desired, "programs">): ReadonlyMap<InstanceKey, InstanceSpec> =>
  new Map(programs.flatMap(({ instances }) => instances.map((spec) => [spec.key, spec] as const)))

import type { InstanceSpec } from "../domain/Instance.ts"
import type { Drift } from "../domain/Plan.ts"

/** One line of drift; without an override, a moment or an end where none is given. */
export const driftLine = (
  spec: InstanceSpec,
  kind: Drift["kind"],
  text: string,
  more: Partial<Pick<Drift, "at" | "override" | "until">> = {}
): Drift => ({
  instance: spec.key,
  address: spec.address,
  kind,
  text,
  override: null,
  at: null,
  until: null,
  ...more
})

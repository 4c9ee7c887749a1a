import type { ActualInstance } from "../domain/Actual.ts"

type Readied = Pick<ActualInstance, "state" | "ready"> & {
  /** Whether there is a probe is all that matters of it. */
  readonly spec: { readonly definition: { readonly ready: object | null } }
}

/** Whether an instance is ready for what depends on it (design 5): it is RUNNING, and its probe, where it has one, says so. */
export const isReady = ({ ready, spec, state }: Readied): boolean =>
  state === "RUNNING" && (spec.definition.ready === null || ready?.ok === true)

/** What is to be said beforehand of the limits that the kernel is to hold: whether it will, for what reeve starts here. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { KernelField } from "../core/kernelLimits.ts"

export interface HeldLimitsService {
  /** A clause that follows "as"; null: it will, or nothing is known. */
  readonly whyNot: (field: KernelField) => Effect.Effect<string | null>
}

/** Without a layer nothing is known. */
export const HeldLimits = Context.Reference<HeldLimitsService>("reeve/os/HeldLimits", {
  defaultValue: () => ({ whyNot: () => Effect.succeed(null) })
})

/**
 * What `plan --out` writes and `apply FILE` reads: the plan and the desired state it was made for. Secrets are in it only
 * as where to find them. Its `plan.basis` tells whether it is stale.
 */
import * as Schema from "effect/Schema"
import { Desired } from "./Desired.ts"
import { Plan } from "./Plan.ts"

export const SavedPlan = Schema.Struct({
  formatVersion: Schema.Literal(1),
  plan: Plan,
  desired: Desired,
  /** The git revision that it was evaluated from, as it was named; absent: the files as they were. */
  revision: Schema.optionalKey(Schema.String)
})
export type SavedPlan = typeof SavedPlan.Type

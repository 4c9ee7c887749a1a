/** An accepted desired state: numbered, stored whole, with what came of applying it. */
import * as Schema from "effect/Schema"
import { Desired, Revision } from "./Desired.ts"
import { Plan } from "./Plan.ts"

export const Outcome = Schema.Literals([
  "pending",
  "applying",
  "applied",
  "failed",
  "superseded",
  "unhealthy"
])
export type Outcome = typeof Outcome.Type

export const GenerationSummary = Schema.Struct({
  number: Schema.Finite,
  hash: Schema.String,
  git: Revision,
  /** Wall clock, milliseconds. */
  acceptedAt: Schema.Finite,
  who: Schema.String,
  outcome: Outcome,
  /** Why it failed; null otherwise. */
  detail: Schema.NullOr(Schema.String),
  actions: Schema.Finite
})
export type GenerationSummary = typeof GenerationSummary.Type

export const Generation = Schema.Struct({
  ...GenerationSummary.fields,
  content: Desired,
  plan: Schema.NullOr(Plan)
})
export type Generation = typeof Generation.Type

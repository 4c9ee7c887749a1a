/** An accepted desired state: numbered, stored whole, with what came of applying it. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Desired, Revision } from "./Desired.ts"
import { orNull } from "./orNull.ts"
import { Plan } from "./Plan.ts"

export const Outcome = Schema.Literals([
  "pending",
  "applying",
  "applied",
  "failed",
  "superseded",
  "unhealthy",
  /** It failed, and the last good generation took its place. */
  "rolledBack"
])
export type Outcome = typeof Outcome.Type

export const GenerationSummary = Schema.Struct({
  number: Schema.Finite,
  hash: Schema.String,
  git: Revision,
  /** Wall clock, milliseconds. */
  acceptedAt: Schema.Finite,
  who: Schema.String,
  /** What its latest apply came to. */
  outcome: Outcome,
  /** It was applied to its end at least once, and its programs came up: one can go back to it. */
  good: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  /** Why it failed; null otherwise. */
  detail: Schema.NullOr(Schema.String),
  actions: Schema.Finite,
  /** The generation whose content this one has, as somebody went back to it; null: what the files said. */
  rollbackOf: orNull(Schema.Finite),
  /** Why somebody went back; null: none was given. */
  reason: orNull(Schema.String)
})
export type GenerationSummary = typeof GenerationSummary.Type

export const Generation = Schema.Struct({
  ...GenerationSummary.fields,
  content: Desired,
  plan: Schema.NullOr(Plan)
})
export type Generation = typeof Generation.Type

/** A generation that is kept running whatever the files say, until `reeve resume`. One at a time. */
import * as Schema from "effect/Schema"
import { orNull } from "./orNull.ts"

export const Pin = Schema.Struct({
  /** As it was asked for: what it holds may be on record under a newer number as well. */
  generation: Schema.Finite,
  who: Schema.String,
  /** Wall clock, milliseconds. */
  at: Schema.Finite,
  /** For whoever looks at it later; null: none was given. */
  reason: orNull(Schema.String)
})
export type Pin = typeof Pin.Type

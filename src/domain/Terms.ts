/** On what terms something was done by hand: why, and when it ends by itself. `--reason` and `--for` give them. */
import * as Schema from "effect/Schema"
import { orNull } from "./orNull.ts"

export const termFields = {
  /** For whoever looks at it later; null: none was given. */
  reason: orNull(Schema.String),
  /** Wall clock, milliseconds; null: until it is released. */
  until: orNull(Schema.Finite)
}

export const Terms = Schema.Struct(termFields)
export type Terms = typeof Terms.Type

export const noTerms: Terms = { reason: null, until: null }

export const sameTerms = (a: Terms, b: Terms): boolean =>
  a.reason === b.reason && a.until === b.until

/** `now`: wall clock, milliseconds. */
export const isOver = ({ until }: Pick<Terms, "until">, now: number): boolean =>
  until !== null && until <= now

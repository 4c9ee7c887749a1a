/** One thing wrong, or worth saying, about what the user wrote. A load gives all of them at once. */
import * as Schema from "effect/Schema"

export const Problem = Schema.Struct({
  severity: Schema.Literals(["error", "warning"]),
  /** As shown to the user: relative to the directory the command was given, where it lies below it. */
  file: Schema.NullOr(Schema.String),
  /** From 1; null where only the file is known. */
  line: Schema.NullOr(Schema.Finite),
  column: Schema.NullOr(Schema.Finite),
  /** One sentence: what is wrong, the rejected value unless secret, what was expected. */
  message: Schema.String,
  /** What to do about it, or "did you mean …"; null when the message says all. */
  hint: Schema.NullOr(Schema.String)
})
export type Problem = typeof Problem.Type

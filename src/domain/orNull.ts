import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A member that may be null, and is where it was recorded before there was one. */
export const orNull = <S extends Schema.Constraint>(schema: S) =>
  Schema.NullOr(schema).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null)))

/** The schema of a command, as programs, their hooks and their stops have one. */
import * as Schema from "effect/Schema"
import { refusing } from "./Field.ts"
import { Text } from "./FieldValue.ts"

export const CommandSchema = refusing(
  Schema.Union([Text, Schema.Array(Text).check(Schema.makeFilter((words) => words.length > 0))]),
  (value, shown) =>
    Array.isArray(value) && value.length > 0
      ? null
      : `expected a command such as ["node", "server.js"] or "node server.js", found ${shown}`
)

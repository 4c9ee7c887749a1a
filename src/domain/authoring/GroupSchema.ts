/** The schema of what `defineGroup` was given; a defined program crosses over as its name. Type: GroupInput.ts. */
import * as Schema from "effect/Schema"
import { optional, refusing, required } from "./Field.ts"
import { Count, Name } from "./FieldValue.ts"

export const GroupSchema = Schema.Struct({
  name: optional(Name, {
    doc: "The name it is addressed by, without blanks, colons and slashes.",
    type: "text",
    default:
      "the name of the export, the key in a record, or the name of the file for a default export",
    class: "replace"
  }),
  programs: required(
    Schema.Array(
      refusing(
        Schema.String,
        (_value, shown) =>
          `expected the name of a program, or what defineProgram returned, found ${shown}`
      )
    ),
    {
      doc: "Its programs: names, or what defineProgram returned (exported as well). A program is in one group at most.",
      type: "(text | program)[]",
      class: "replace",
      supervisord: ["programs"]
    }
  ),
  priority: optional(Count(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), {
    doc: "Lower starts first and stops last, before the priority of its programs counts.",
    type: "number",
    default: "999",
    class: "live",
    supervisord: ["priority"]
  })
})
export type GroupChecked = typeof GroupSchema.Type

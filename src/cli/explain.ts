/** Explains a field of a definition, from the schemas. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { jsonFlag } from "./flags.ts"
import { renderField, renderFieldList } from "./render/explain.ts"
import { screen } from "./screen.ts"

export const explain = Command.make(
  "explain",
  {
    field: Argument.String("field").pipe(
      Argument.withMetavar(""),
      Argument.withDescription("stop.timeout, timeout, or a key of supervisord: stopwaitsecs"),
      Argument.optional
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ field, json }) {
    const { style, ...shown } = yield* screen
    const { explainField } = yield* Effect.promise(() => import("../core/explain.ts"))
    const { explainedFields } = yield* Effect.promise(() => import("../core/explainedFields.ts"))
    if (Option.isNone(field)) {
      const all = explainedFields()
      return yield* json ? shown.json(all) : shown.line(renderFieldList(all, style))
    }
    const explanation = explainField(field.value)
    switch (explanation.kind) {
      case "field":
        return yield* json
          ? shown.json(explanation)
          : shown.line(renderField(explanation.field, explanation.parts, style))
      case "several":
        return yield* json
          ? shown.json(explanation)
          : shown.line(explanation.fields.map((one) => renderField(one, [], style)).join("\n\n"))
      case "unknown": {
        const { suggestions } = explanation
        return yield* new CliFailure({
          text: `There is no field ${field.value}.`,
          hint:
            suggestions.length > 0
              ? `Did you mean ${suggestions.join(", ")}?`
              : "reeve explain lists all fields.",
          code: exitCodes.usage
        })
      }
    }
  })
).pipe(
  Command.withDescription(
    "Explain a field of a definition: meaning, type, default, how a change is applied. Without a field: all of them."
  ),
  Command.withShortDescription("Explain a field of a definition"),
  Command.withExamples([
    { command: "reeve explain stop.timeout", description: "One field" },
    { command: "reeve explain startsecs", description: "Where a key of supervisord went" }
  ])
)

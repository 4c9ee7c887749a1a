/** The schema of `dependsOn`. The type for authors is DependencyInput. */
import * as Schema from "effect/Schema"
import { optional, refusing } from "./Field.ts"
import { expectingOrParts, Flag, oneOf } from "./FieldValue.ts"

const conditions = ["started", "ready", "completed"] as const

const DependencySchema = refusing(
  Schema.Union([
    Schema.Literals(conditions),
    Schema.Struct({
      when: optional(oneOf(conditions), {
        doc: 'What is waited for: "started" it has a process, "ready" it is ready (`ready`), "completed" it ended as expected.',
        type: '"started" | "ready" | "completed"',
        default: '"ready"',
        class: "live"
      }),
      optional: optional(Flag, {
        doc: "Whether a dependency that is not declared, or is down, is not waited for.",
        type: "boolean",
        default: "false",
        class: "live"
      }),
      onLoss: optional(oneOf(["keep", "restart", "stop"]), {
        doc: "When it gets a new process or is lost: what runs goes on, is restarted, or is stopped until it is back.",
        type: '"keep" | "restart" | "stop"',
        default: '"keep"',
        class: "live"
      })
    })
  ]),
  expectingOrParts('"started", "ready", "completed" or a record such as { when: "ready" }')
)
export type DependencyChecked = typeof DependencySchema.Type

export const DependenciesSchema = Schema.Record(Schema.String, DependencySchema)

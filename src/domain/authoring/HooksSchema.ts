/** The schema of what runs around the starts and stops of a program. Its type is in HooksInput.ts. */
import * as Schema from "effect/Schema"
import { CommandSchema } from "./CommandSchema.ts"
import { optional, refusing } from "./Field.ts"
import { Duration, expectingOrParts } from "./FieldValue.ts"

const HookSchema = refusing(
  Schema.Union([
    CommandSchema,
    Schema.Struct({ command: CommandSchema, timeout: Schema.optionalKey(Duration) })
  ]),
  expectingOrParts('a command, or a record such as { command: ["./migrate"], timeout: "1 minute" }')
)
export type HookChecked = typeof HookSchema.Type

const hook = (doc: string) =>
  optional(HookSchema, {
    doc,
    type: "text | text[] | { command, timeout }",
    class: "live"
  })

export const HooksSchema = Schema.Struct({
  beforeStart: hook(
    "Runs before each start, an automatic restart too; where it fails or takes too long, that is a failed start."
  ),
  afterStart: hook("Runs when a process came up (RUNNING)."),
  beforeStop: hook(
    "Runs before the stop signal; that is sent when it has ended, or its time is over."
  ),
  afterStop: hook(
    "Runs when a process has ended, also by itself; the next start waits for its end."
  )
})

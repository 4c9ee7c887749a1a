/**
 * The schema of what `defineListener` was given: the fields of a program, but for what the protocol of listeners takes for
 * itself, and `events` and `bufferSize`. The type for authors is ListenerInput.
 */
import * as Schema from "effect/Schema"
import { eventTypes } from "../ListenerEvent.ts"
import { listenerBuffer } from "../limits.ts"
import { optional, refusing, required } from "./Field.ts"
import { Count, expectingOrParts, notHere } from "./FieldValue.ts"
import { PerInstanceSchema, ProgramSchema } from "./ProgramSchema.ts"
import { LogSinkSchema } from "./ResourceSchema.ts"

export const listenerFields = {
  events: required(
    refusing(
      Schema.Array(
        refusing(Schema.Literals(eventTypes), (value, shown) =>
          typeof value === "string"
            ? `there is no event type ${shown}`
            : `expected an event type such as "PROCESS_STATE", found ${shown}`
        )
      ).check(Schema.makeFilter((events) => events.length > 0)),
      (value, shown) =>
        Array.isArray(value) && value.length > 0
          ? null
          : `expected at least one event type such as ["PROCESS_STATE"], found ${shown}`
    ),
    {
      doc: "Types of the events that it gets; a parent such as PROCESS_STATE stands for all below it.",
      type: "event type[]",
      class: "live",
      supervisord: ["events"]
    }
  ),
  bufferSize: optional(Count(1, listenerBuffer), {
    doc: "How many events wait when every instance is busy; of more the oldest are dropped.",
    type: "number",
    default: "10",
    class: "live",
    supervisord: ["buffer_size"]
  })
}

const ownStdin = notHere("a listener reads its events there, so its standard input is not set")
const protocol = (what: string) => notHere(`the standard output of a listener ${what}`)

const StdoutSchema = Schema.Struct({
  ...LogSinkSchema("stdout").fields,
  capture: protocol("is its protocol, and nothing is captured from it; use stderr"),
  events: protocol("is its protocol, and makes no events; use stderr"),
  syslog: protocol("is its protocol, and does not go to syslog; use stderr")
})

const StderrSchema = refusing(LogSinkSchema("stderr"), (value, shown) => {
  if (typeof value === "object" && value !== null) return null
  const expected = 'expected a record such as { file: "auto" }'
  return value === "stdout"
    ? "the standard output of a listener is its protocol, so errors cannot go there; give them a file"
    : `${expected}, found ${shown}`
})

const section = <S extends Schema.Top>(schema: S) => Schema.optionalKey(schema)

const LogsSchema = Schema.Struct({
  stdout: section(StdoutSchema),
  stderr: section(StderrSchema)
})

const ownFields = { stdin: ownStdin, logs: section(LogsSchema) }

export const ListenerSchema = Schema.Struct({
  ...ProgramSchema.fields,
  ...ownFields,
  ...listenerFields,
  perInstance: section(
    Schema.Array(
      refusing(
        Schema.NullOr(Schema.Struct({ ...PerInstanceSchema.fields, ...ownFields })),
        expectingOrParts("a record of fields, or null")
      )
    )
  )
})
export type ListenerChecked = typeof ListenerSchema.Type

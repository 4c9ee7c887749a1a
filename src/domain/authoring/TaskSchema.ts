/**
 * The schema of what `defineTask` was given: the fields of a program, but for what makes no sense of something that runs to its
 * end, and how often it is tried. The type for authors is TaskInput.
 */
import * as Schema from "effect/Schema"
import { optional } from "./Field.ts"
import { Count, Flag, notHere } from "./FieldValue.ts"
import { StartSchema, TaskBackoffSchema } from "./PolicySchema.ts"
import { ProgramSchema } from "./ProgramSchema.ts"
import type { Runnable } from "./Runnable.ts"

export const taskFields = {
  retries: optional(Count(0, Number.MAX_SAFE_INTEGER), {
    doc: "How often it is run again after a run that failed, before it is FATAL.",
    type: "number",
    default: "0",
    class: "live"
  }),
  backoff: optional(TaskBackoffSchema, {
    doc: "How long to wait between attempts.",
    type: "exponential() | linear() | fixed() | sequence()",
    default: 'exponential("1 second", { factor: 2, max: "1 minute", jitter: 0.2 })',
    class: "live"
  }),
  expectedExitCodes: optional(Schema.Array(Count(0, 255)), {
    doc: "Exit codes that mean that it has completed.",
    type: "number[]",
    default: "[0]",
    class: "live"
  }),
  once: optional(Flag, {
    doc: "Whether it stays completed when reeve or the machine starts anew; a change or `reeve start` runs it.",
    type: "boolean",
    default: "false",
    class: "live"
  })
}

const single = notHere("a task runs once, so there is one of it; define another task for another")
const health = notHere('a task is done when it ends; what needs it waits for "completed"')

const TaskStartSchema = Schema.Struct({
  ...StartSchema.fields,
  stableAfter: notHere("a task counts by how it ends, not by how long it runs; leave it out"),
  retries: notHere("of a task it is written outside of start: `retries`")
})

export const TaskSchema = Schema.Struct({
  ...ProgramSchema.fields,
  ...taskFields,
  start: Schema.optionalKey(TaskStartSchema),
  restart: notHere(
    "a task is run again only after it failed: use `retries`, `backoff` and `expectedExitCodes`"
  ),
  ready: health,
  liveness: health,
  reload: notHere("a task reads its files when it runs; `watch` runs it again when they change"),
  sockets: notHere(
    "a task runs to its end, and clients of its sockets would wait in vain after it"
  ),
  instances: single,
  instanceNames: single,
  instanceIndexStart: single,
  perInstance: single
})
export type TaskChecked = typeof TaskSchema.Type

/** How a task is tried, and how long what it did counts. */
export type TaskPolicy = Pick<TaskChecked, "retries" | "backoff" | "expectedExitCodes" | "once">

export const asRunnable = ({
  backoff,
  expectedExitCodes,
  once,
  retries,
  ...program
}: TaskChecked): Runnable => ({
  ...program,
  task: {
    ...(backoff === undefined ? {} : { backoff }),
    ...(expectedExitCodes === undefined ? {} : { expectedExitCodes }),
    ...(once === undefined ? {} : { once }),
    ...(retries === undefined ? {} : { retries })
  }
})

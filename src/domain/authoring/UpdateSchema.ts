/** The schema of `update`; the type for authors is UpdateInput. */
import * as Schema from "effect/Schema"
import { programInstances } from "../limits.ts"
import { expecting, optional, refusing } from "./Field.ts"
import { Count, Duration, Flag } from "./FieldValue.ts"

export const UpdateSchema = Schema.Struct({
  strategy: optional(
    refusing(Schema.Literals(["restart", "overlap"]), expecting('"restart" or "overlap"')),
    {
      doc: '"overlap": the new process is ready before the old one is asked to stop. "restart": it is started afterwards.',
      type: '"restart" | "overlap"',
      default: '"restart"',
      class: "live"
    }
  ),
  maxUnavailable: optional(
    refusing(
      Schema.Union([Schema.Literal("all"), Count(1, programInstances)]),
      expecting(`a whole number from 1 to ${programInstances}, or "all"`)
    ),
    {
      doc: "How many of its instances may be down or not ready at once because of an update; those that are so anyway count.",
      type: 'number | "all"',
      default: "1",
      class: "live"
    }
  ),
  minReady: optional(Duration, {
    doc: "How long an instance must have been ready to count as available.",
    type: "duration",
    default: '"0s"',
    class: "live"
  }),
  deadline: optional(Duration, {
    doc: "An update that gets no further for so long has failed.",
    type: "duration",
    default: '"10 minutes"',
    class: "live"
  }),
  rollback: optional(Flag, {
    doc: "Whether an update that fails is undone: the last good generation takes its place, until the files change.",
    type: "boolean",
    default: "false",
    class: "live"
  })
})
export type UpdateChecked = typeof UpdateSchema.Type

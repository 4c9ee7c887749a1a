/** That a task has run to its end as it was to: kept over the ends of reeve and of the machine. */
import * as Schema from "effect/Schema"
import { InstanceKey, InstanceSpec } from "./Instance.ts"

export const Completion = Schema.Struct({
  key: InstanceKey,
  /** What it was started with. */
  spec: InstanceSpec,
  /** Wall clock, milliseconds. */
  at: Schema.Finite
})
export type Completion = typeof Completion.Type

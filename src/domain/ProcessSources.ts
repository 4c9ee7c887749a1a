/** The files that a process was made from, as they were then: on record, so that later it can be told that they changed. */
import * as Schema from "effect/Schema"

export const ProcessSources = Schema.Struct({
  /** What was started. `digest`: of a script's text; null: it is no script, or a large one. */
  command: Schema.Struct({
    path: Schema.String,
    inode: Schema.Finite,
    digest: Schema.NullOr(Schema.String)
  }),
  /** What values of its environment were read from. Never the values: the digest is made with the spawn id. */
  files: Schema.Array(
    Schema.Struct({
      role: Schema.Literals(["envFile", "secret"]),
      path: Schema.String,
      digest: Schema.String
    })
  )
})
export type ProcessSources = typeof ProcessSources.Type

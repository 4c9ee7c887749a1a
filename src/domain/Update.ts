/** How the instances of a program are replaced when its definition changes. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { orNull } from "./orNull.ts"

/** Null: nothing was written, and what holds then depends on where the program comes from (core/rollout/updatePolicy). */
export const Update = Schema.Struct({
  /** "overlap": the new process is ready before the old one is asked to stop. */
  strategy: Schema.Literals(["restart", "overlap"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("restart" as const))
  ),
  /** So many instances may be down, or not ready, because of an update. */
  maxUnavailable: orNull(Schema.Union([Schema.Finite, Schema.Literal("all")])),
  /** An instance counts as available when it has been ready so long. */
  minReadyMs: orNull(Schema.Finite),
  /** An update that gets no further for so long has failed. */
  deadlineMs: orNull(Schema.Finite),
  /** A failed update is undone: the last good generation takes its place. */
  rollback: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
})
export type Update = typeof Update.Type

export const usualUpdate: Update = {
  strategy: "restart",
  maxUnavailable: null,
  minReadyMs: null,
  deadlineMs: null,
  rollback: false
}

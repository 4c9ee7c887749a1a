import type { UpdateChecked } from "../domain/authoring/UpdateSchema.ts"
import { parseDuration } from "../domain/Duration.ts"
import { type Update, usualUpdate } from "../domain/Update.ts"

/** What was written, and nothing more: defaults are filled in where it is used. */
export const expandUpdate = (given: UpdateChecked | undefined): Update =>
  given === undefined
    ? usualUpdate
    : {
        strategy: given.strategy ?? "restart",
        maxUnavailable: given.maxUnavailable ?? null,
        minReadyMs: millis(given.minReady),
        deadlineMs: millis(given.deadline),
        rollback: given.rollback ?? false
      }

const millis = (text: string | undefined): number | null =>
  text === undefined ? null : parseDuration(text)

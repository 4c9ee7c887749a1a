/**
 * How many instances each group has. A group is there from its first instance on until its last is gone; where groups are
 * declared by somebody else (supervisord mode), who declares them tells of it.
 */
import * as Effect from "effect/Effect"
import type { Events } from "../events/Events.ts"

export interface GroupCensus {
  readonly entered: (group: string) => Effect.Effect<void>
  /** One more that was there before this daemon: nobody is told. */
  readonly known: (group: string) => void
  readonly left: (group: string) => Effect.Effect<void>
}

/** `announce`: whether the first and the last become events. */
export const groupCensus = (events: Events["Service"], announce: boolean): GroupCensus => {
  const counts = new Map<string, number>()
  const tell = (group: string, change: "added" | "removed") =>
    announce ? events.emit({ kind: "group", group, change }) : Effect.void
  return {
    entered: (group) =>
      Effect.suspend(() => {
        const count = counts.get(group) ?? 0
        counts.set(group, count + 1)
        return count === 0 ? tell(group, "added") : Effect.void
      }),
    known: (group) => {
      counts.set(group, (counts.get(group) ?? 0) + 1)
    },
    left: (group) =>
      Effect.suspend(() => {
        const count = counts.get(group) ?? 0
        if (count > 1) {
          counts.set(group, count - 1)
          return Effect.void
        }
        return counts.delete(group) ? tell(group, "removed") : Effect.void
      })
  }
}

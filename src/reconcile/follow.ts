/**
 * Looks again when something changes that a plan waits for, or that others follow. Which programs these are is known from the
 * last look; where there are none, events cost nothing but a glance.
 */
import * as Effect from "effect/Effect"
import type { EventBody } from "../domain/Event.ts"
import { followPauseMs } from "../domain/limits.ts"
import type { Desk } from "./Desk.ts"
import { lookLater } from "./look.ts"
import type { Memory } from "./Memory.ts"

/** Runs for ever. */
export const follow = Effect.fnUntraced(function* (desk: Desk) {
  const happened = yield* desk.place.events.follow
  return yield* happened.pipe(
    Effect.flatMap(({ events }) =>
      events.some(({ body }) => concerns(desk.memory, body))
        ? Effect.andThen(lookLater(desk), Effect.sleep(followPauseMs))
        : Effect.void
    ),
    Effect.forever
  )
})

const concerns = ({ followed, rollout }: Memory, body: EventBody): boolean => {
  if (body.kind !== "state" && body.kind !== "ready" && body.kind !== "succession") return false
  if (rollout !== null) return true
  return followed.has(body.instance.slice(0, body.instance.lastIndexOf("/")))
}

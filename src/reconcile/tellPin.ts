import * as Effect from "effect/Effect"
import type { Desk } from "./Desk.ts"

/** A sentence without its end on what is pinned from now on, or not any more: for the journal, who watches, and the log. */
export const tellPin = ({ place }: Desk, text: string): Effect.Effect<void> =>
  Effect.andThen(place.events.emit({ kind: "daemon", text }), Effect.logInfo(text))

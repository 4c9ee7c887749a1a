/** Journal first, then publish: what a subscriber has seen is always in the store. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { Event, EventBody } from "../domain/Event.ts"
import type { Happened } from "./Backlog.ts"

export class Events extends Context.Service<
  Events,
  {
    /** Never fails: when the journal cannot be written, the event is published all the same and the trouble is logged once. */
    readonly emit: (body: EventBody) => Effect.Effect<void>
    /** From now on. A reader that does not keep up gets the newest and can tell from a gap in the ids. */
    readonly subscribe: Effect.Effect<Stream.Stream<Event>, never, Scope.Scope>
    /**
     * From now on, for a reader that must not lose any: everything since the last call, once there is something. Only a reader
     * that falls 100,000 events behind misses the oldest, and is told how many.
     */
    readonly follow: Effect.Effect<Effect.Effect<Happened>, never, Scope.Scope>
  }
>()("reeve/events/Events") {}

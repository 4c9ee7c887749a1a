/** Events over the store's journal and a sliding PubSub: a slow reader loses the oldest, and never holds up a program. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Event, EventBody } from "../domain/Event.ts"
import { Store } from "../store/Store.ts"
import { Backlog } from "./Backlog.ts"
import { Events } from "./Events.ts"

/** Events a reader may be behind before it loses some: a few seconds of a daemon with thousands of instances. */
const capacity = 8192
/** The same for a reader that follows: more than the greatest daemon brings forth at once. */
const followedCapacity = 100_000

export const EventsLive = Layer.effect(
  Events,
  Effect.gen(function* () {
    const store = yield* Store
    const pubsub = yield* PubSub.sliding<Event>(capacity)
    const followers = new Set<Backlog>()
    const state = { lastId: 0, failing: false }

    /** The journal's event; while it cannot be written, one under the id of the last that was, so that cursors stay right. */
    const record = (at: number, body: EventBody): Effect.Effect<Event> =>
      store.journal.append(at, body).pipe(
        Effect.tap(() => (state.failing ? recovered : Effect.void)),
        Effect.tap((event) =>
          Effect.sync(() => {
            state.lastId = event.id
          })
        ),
        Effect.catchTag("StoreFailure", (failure) =>
          Effect.as(trouble(failure.message), { id: state.lastId, at, body })
        )
      )
    const trouble = (message: string): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (state.failing) return Effect.void
        state.failing = true
        return Effect.logError(`the journal cannot be written, events go on without it: ${message}`)
      })
    const recovered = Effect.suspend(() => {
      state.failing = false
      return Effect.logInfo("the journal is written again")
    })

    return {
      emit: (body: EventBody) =>
        Clock.currentTimeMillis.pipe(
          Effect.flatMap((at) => record(at, body)),
          Effect.flatMap((event) => {
            for (const follower of followers) follower.add(event)
            return PubSub.publish(pubsub, event)
          }),
          Effect.asVoid
        ),
      subscribe: Effect.map(PubSub.subscribe(pubsub), (subscription) =>
        Stream.fromSubscription(subscription)
      ),
      follow: Effect.gen(function* () {
        const wakes = yield* Queue.sliding<null>(1)
        const backlog = new Backlog(followedCapacity, () => void Queue.offerUnsafe(wakes, null))
        followers.add(backlog)
        yield* Effect.addFinalizer(() => Effect.sync(() => followers.delete(backlog)))
        return Effect.map(Queue.take(wakes), () => backlog.take())
      })
    }
  })
)

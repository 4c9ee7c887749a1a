import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type { EventBody } from "../../src/domain/Event.ts"
import { Events } from "../../src/events/Events.ts"
import { EventsLive } from "../../src/events/EventsLive.ts"
import { storeLive } from "../../src/store/StoreLive.ts"

const layers = EventsLive.pipe(
  Layer.provide(storeLive({ stateFile: ":memory:", runtimeFile: ":memory:" }))
)
const group = (name: string): EventBody => ({ kind: "group", group: name, change: "added" })

describe("events that are told in one turn", () => {
  it.effect("reach readers in the order in which they were told, with ascending ids", () =>
    Effect.gen(function* () {
      const events = yield* Events
      const happened = yield* events.follow
      const names = ["a", "b", "c", "d"]
      const told = yield* Effect.forEach(names, (name) =>
        Effect.forkChild(events.emit(group(name)), { startImmediately: true })
      )
      yield* Fiber.joinAll(told)
      const { events: read } = yield* happened
      assert.deepEqual(
        read.map(({ body }) => body),
        names.map(group)
      )
      const ids = read.map(({ id }) => id)
      assert.deepEqual(
        ids,
        [...ids].sort((a, b) => a - b)
      )
    }).pipe(Effect.scoped, Effect.provide(layers))
  )
})

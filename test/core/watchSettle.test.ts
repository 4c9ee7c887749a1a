import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/testing/TestClock"
import { settle } from "../../src/config/settle.ts"
import type { FileEvent } from "../../src/os/FileWatch.ts"

/** A burst that goes on under a virtual clock; `over` tells whether it has ended. */
const burst = Effect.gen(function* () {
  const events = yield* Queue.unbounded<FileEvent>()
  const world = { locked: false, empty: false, begun: 0 }
  const fiber = yield* settle(events, {
    locked: Effect.sync(() => world.locked),
    isEmpty: () => Effect.sync(() => world.empty),
    begin: Effect.sync(() => {
      world.begun += 1
    })
  }).pipe(Effect.forkChild({ startImmediately: true }))
  const emit = (path: string, kind: FileEvent["kind"] = "change") =>
    Queue.offer(events, { kind, path }).pipe(Effect.andThen(TestClock.adjust(0)))
  return { world, emit, fiber, over: Effect.sync(() => fiber.pollUnsafe() !== undefined) }
})

describe("settling of file events", () => {
  it.effect("ends 25 ms after one changed file", () =>
    Effect.gen(function* () {
      const { emit, over, fiber, world } = yield* burst
      yield* emit("a.ts")
      yield* TestClock.adjust("24 millis")
      assert.isFalse(yield* over)
      yield* TestClock.adjust("1 millis")
      assert.deepEqual(yield* Fiber.join(fiber), ["a.ts"])
      assert.equal(world.begun, 1)
    })
  )

  it.effect("begins its quiet anew when the same file changes again", () =>
    Effect.gen(function* () {
      const { emit, over } = yield* burst
      yield* emit("a.ts")
      yield* TestClock.adjust("20 millis")
      yield* emit("a.ts")
      yield* TestClock.adjust("20 millis")
      assert.isFalse(yield* over)
      yield* TestClock.adjust("5 millis")
      assert.isTrue(yield* over)
    })
  )

  it.effect("ends 150 ms after several changed files", () =>
    Effect.gen(function* () {
      const { emit, over, fiber } = yield* burst
      yield* emit("a.ts")
      yield* emit("b.ts")
      yield* TestClock.adjust("149 millis")
      assert.isFalse(yield* over)
      yield* TestClock.adjust("1 millis")
      assert.deepEqual(yield* Fiber.join(fiber), ["a.ts", "b.ts"])
    })
  )

  it.effect("gives a file that vanished time to come back", () =>
    Effect.gen(function* () {
      const { emit, over } = yield* burst
      yield* emit("a.ts", "unlink")
      yield* TestClock.adjust("100 millis")
      assert.isFalse(yield* over)
      yield* emit("a.ts", "add")
      yield* TestClock.adjust("25 millis")
      assert.isTrue(yield* over)
    })
  )

  it.effect("waits for the content of an empty file, but not for ever", () =>
    Effect.gen(function* () {
      const { emit, over, world } = yield* burst
      world.empty = true
      yield* emit("a.ts")
      yield* TestClock.adjust("475 millis")
      assert.isFalse(yield* over)
      yield* TestClock.adjust("50 millis")
      assert.isTrue(yield* over)
    })
  )

  it.effect("waits while git holds its lock, and for quiet after it", () =>
    Effect.gen(function* () {
      const { emit, over, world } = yield* burst
      world.locked = true
      yield* emit("a.ts")
      yield* TestClock.adjust("3 seconds")
      assert.isFalse(yield* over)
      world.locked = false
      yield* TestClock.adjust("25 millis")
      assert.isTrue(yield* over)
    })
  )

  it.effect("waits ten seconds at most for git's lock", () =>
    Effect.gen(function* () {
      const { emit, over, world } = yield* burst
      world.locked = true
      yield* emit("a.ts")
      yield* TestClock.adjust("9900 millis")
      assert.isFalse(yield* over)
      yield* TestClock.adjust("200 millis")
      assert.isTrue(yield* over)
    })
  )

  it.effect("ends after five seconds where changes never pause", () =>
    Effect.gen(function* () {
      const { emit, over } = yield* burst
      for (let round = 0; round < 500 && !(yield* over); round++) {
        yield* emit(`${round}.ts`)
        yield* TestClock.adjust("20 millis")
      }
      assert.isTrue(yield* over)
    })
  )
})

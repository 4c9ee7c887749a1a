import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { keepAlive } from "../../src/supervise/keepAlive.ts"

describe("a part that is kept alive", () => {
  it.effect("begins anew after a failure and after a defect, ever later", () =>
    Effect.gen(function* () {
      const begun: Array<number> = []
      const part = Effect.suspend(() => {
        begun.push(begun.length)
        if (begun.length === 1) return Effect.fail("refused")
        if (begun.length < 4) return Effect.die(new Error("a mistake"))
        return Effect.never
      })
      yield* keepAlive("the part", part)
      yield* TestClock.adjust("10 millis")
      assert.isBelow(begun.length, 4)
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(begun, [0, 1, 2, 3])
    })
  )

  it.effect("is not begun anew when it ended by itself", () =>
    Effect.gen(function* () {
      let begun = 0
      yield* keepAlive(
        "the part",
        Effect.sync(() => {
          begun += 1
        })
      )
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(begun, 1)
    })
  )
})

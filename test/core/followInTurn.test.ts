import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { usualUpdate } from "../../src/domain/Update.ts"
import { command, one } from "./planning/needing.ts"
import { booted, layers, newBench, until } from "./planning/reconciling.ts"
import { declare } from "./planning/world.ts"

const shop = (changed: boolean) =>
  declare(
    one("db", {}, changed ? { changes: { command } } : {}),
    one(
      "api",
      { db: { onLoss: "restart" } },
      { instances: 3, changes: { update: { ...usualUpdate, minReadyMs: 9000, deadlineMs: 5000 } } }
    )
  )

const following = (shown: ReadonlyArray<string>): number =>
  shown.filter((line) => line.startsWith("api:") && Number(line.split(" ")[1]) > 4).length

/** Second by second, with time for what each leads to. */
const goOn = (seconds: number): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let second = 0; second < seconds; second++) {
      yield* TestClock.adjust("1 second")
      for (let turn = 0; turn < 200; turn++) yield* Effect.yieldNow
    }
  })

describe("what follows a dependency one at a time", () => {
  it.effect("goes on to the last one although the apply ended while they took their turns", () => {
    const bench = newBench(shop(false))
    return Effect.gen(function* () {
      yield* booted(bench)
      yield* TestClock.adjust("1 minute")
      yield* bench.save(shop(true))
      yield* until("the first one follows", () => following(bench.fake.shown()) === 1)
      yield* TestClock.adjust("6 seconds")
      const isOver = ({ kind, outcome }: { readonly kind: string; readonly outcome?: string }) =>
        kind === "generation" && outcome === "applied"
      assert.strictEqual(bench.events.filter(isOver).length, 2)
      assert.strictEqual(following(bench.fake.shown()), 1)
      yield* goOn(60)
      assert.strictEqual(following(bench.fake.shown()), 3)
      assert.strictEqual(bench.events.filter(isOver).length, 2)
      assert.strictEqual(bench.reports.filter(({ kind }) => kind === "plan").length, 2)
    }).pipe(Effect.provide(layers(bench)))
  })
})

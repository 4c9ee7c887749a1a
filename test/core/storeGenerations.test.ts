import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import type { Outcome } from "../../src/domain/Generation.ts"
import { storedGenerations, storedGenerationsBytes } from "../../src/domain/limits.ts"
import { Store } from "../../src/store/Store.ts"
import { storeLive } from "../../src/store/StoreLive.ts"
import { declare, nothing, program } from "./planning/world.ts"

const memory = { stateFile: ":memory:", runtimeFile: ":memory:" }
const inMemory = <A, E>(work: Effect.Effect<A, E, Store>) => Effect.provide(work, storeLive(memory))

const desired = declare(program({ name: "web" }), program({ name: "__proto__" }))
const entry = { desired, plan: plan(desired, nothing, unattended), who: "ann", at: 7 }

describe("generations in the store", () => {
  it.effect("numbers generations and gives them back whole", () =>
    inMemory(
      Effect.gen(function* () {
        const { generations } = yield* Store
        assert.isNull(yield* generations.latest)
        assert.strictEqual(yield* generations.append(entry), 1)
        assert.strictEqual(yield* generations.append({ ...entry, who: "bob" }), 2)
        yield* generations.setOutcome(2, "failed", "web: no such file")
        const latest = yield* generations.latest
        assert.deepEqual(latest?.content, desired)
        assert.deepEqual(latest?.plan, entry.plan)
        assert.deepEqual(
          (yield* generations.list(10)).map((it) => [
            it.number,
            it.who,
            it.outcome,
            it.detail,
            it.actions
          ]),
          [
            [2, "bob", "failed", "web: no such file", 2],
            [1, "ann", "applying", null, 2]
          ]
        )
        assert.isNull(yield* generations.get(3))
      })
    )
  )

  it.effect("knows which generation was good, whatever became of a later apply of it", () =>
    inMemory(
      Effect.gen(function* () {
        const { generations } = yield* Store
        const endOf = Effect.fnUntraced(function* (...outcomes: ReadonlyArray<Outcome>) {
          const number = yield* generations.append(entry)
          for (const outcome of outcomes) yield* generations.setOutcome(number, outcome, null)
          const [found] = yield* generations.list(1)
          return [found?.outcome, found?.good]
        })
        assert.deepEqual(yield* endOf(), ["applying", false])
        assert.deepEqual(yield* endOf("superseded"), ["superseded", false])
        assert.deepEqual(yield* endOf("applied"), ["applied", true])
        assert.deepEqual(yield* endOf("applied", "superseded"), ["applied", true])
        assert.deepEqual(yield* endOf("applied", "failed"), ["failed", true])
        assert.deepEqual(yield* endOf("applied", "unhealthy"), ["unhealthy", false])
        assert.deepEqual(yield* endOf("applied", "unhealthy", "applied"), ["applied", true])
        assert.deepEqual(yield* endOf("applied", "applied", "unhealthy"), ["unhealthy", true])
        assert.deepEqual(yield* endOf("failed", "unhealthy"), ["unhealthy", false])
      })
    )
  )

  it.effect("keeps no more generations than the limit", () =>
    inMemory(
      Effect.gen(function* () {
        const { generations } = yield* Store
        for (let at = 0; at < storedGenerations + 5; at++) yield* generations.append(entry)
        const kept = yield* generations.list(storedGenerations * 2)
        assert.strictEqual(kept.length, storedGenerations)
        assert.strictEqual(kept.at(-1)?.number, 6)
      })
    )
  )

  it.effect("keeps fewer of those that are large, but always some", () =>
    inMemory(
      Effect.gen(function* () {
        const { generations } = yield* Store
        const description = "x".repeat(storedGenerationsBytes / 8)
        const large = (at: number) =>
          declare(program({ name: "web", definition: { description: description + at } }))
        for (let at = 0; at < 7; at++) yield* generations.append(entry)
        for (let at = 0; at < 9; at++) yield* generations.append({ ...entry, desired: large(at) })
        const kept = (yield* generations.list(100)).map(({ number }) => number)
        assert.deepEqual(kept, [16, 15, 14, 13, 12, 11, 10])
      })
    )
  )
})

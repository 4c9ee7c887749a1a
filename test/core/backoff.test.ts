import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { makePacer } from "../../src/core/backoff.ts"
import type { Backoff } from "../../src/domain/Definition.ts"

const pacing = { maxMs: null, jitter: 0, resetAfterMs: null, pace: "starts" } as const

const delays = Effect.fnUntraced(function* (backoff: Backoff, attempts: ReadonlyArray<number>) {
  const pacer = makePacer(backoff)
  const out: Array<number> = []
  let now = 0
  for (const attempt of attempts) {
    const delay = yield* pacer.delayMs(attempt, now)
    out.push(Math.round(delay))
    now += delay
  }
  return out
})

it.effect("a linear schedule waits n seconds before retry n, as supervisord does", () =>
  Effect.gen(function* () {
    const linear: Backoff = { kind: "linear", stepMs: 1_000, ...pacing }
    assert.deepStrictEqual(yield* delays(linear, [1, 2, 3, 4]), [1_000, 2_000, 3_000, 4_000])
  })
)

it.effect("an exponential schedule is capped, and stays finite without a cap", () =>
  Effect.gen(function* () {
    const backoff: Backoff = { kind: "exponential", initialMs: 1_000, factor: 2, ...pacing }
    const capped = yield* delays({ ...backoff, maxMs: 5_000 }, [1, 2, 3, 4, 5])
    assert.deepStrictEqual(capped, [1_000, 2_000, 4_000, 5_000, 5_000])
    const [last] = yield* delays(backoff, [2_000])
    assert.strictEqual(last, 365 * 24 * 3_600_000)
  })
)

it.effect("a fixed schedule repeats, and a sequence repeats its last wait", () =>
  Effect.gen(function* () {
    const fixed: Backoff = { kind: "fixed", delayMs: 300, ...pacing }
    assert.deepStrictEqual(yield* delays(fixed, [1, 2, 3]), [300, 300, 300])
    const sequence: Backoff = { kind: "sequence", delaysMs: [10, 200], ...pacing }
    assert.deepStrictEqual(yield* delays(sequence, [1, 2, 3]), [10, 200, 200])
    assert.deepStrictEqual(yield* delays({ ...sequence, delaysMs: [] }, [1, 2]), [0, 0])
  })
)

it.effect("an attempt out of sequence begins a new run of the schedule", () =>
  Effect.gen(function* () {
    const linear: Backoff = { kind: "linear", stepMs: 100, ...pacing }
    assert.deepStrictEqual(
      yield* delays(linear, [1, 2, 1, 4, 5, 5]),
      [100, 200, 100, 400, 500, 500]
    )
  })
)

it.effect("jitter stays within its share and repeats with the same seed", () =>
  Effect.gen(function* () {
    const backoff: Backoff = { kind: "fixed", delayMs: 1_000, ...pacing, jitter: 0.2 }
    const attempts = Array.from({ length: 200 }, (_, index) => index + 1)
    const first = yield* delays(backoff, attempts).pipe(Random.withSeed("a"))
    const second = yield* delays(backoff, attempts).pipe(Random.withSeed("a"))
    assert.deepStrictEqual(first, second)
    assert.isTrue(first.every((delay) => delay >= 800 && delay <= 1_200))
    assert.isTrue(Math.max(...first) > 1_100 && Math.min(...first) < 900)
  })
)

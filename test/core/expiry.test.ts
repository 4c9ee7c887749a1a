/** What was done by hand until a moment ends then. On the test's clock, with a real store and a supervisor on plain data. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { ScaleOverride } from "../../src/domain/Actual.ts"
import { Operator } from "../../src/reconcile/Operator.ts"
import { Store } from "../../src/store/Store.ts"
import { nothingAdopted } from "../../src/supervise/Supervisor.ts"
import { type Bench, booted, layers, newBench, until } from "./planning/reconciling.ts"
import { declare, definition, program } from "./planning/world.ts"

const minute = 60_000
/** Longer than the 2^31 ms that a timer of Node takes. */
const month = 30 * 24 * 60 * minute
const scaled = (scales: ReadonlyArray<ScaleOverride>) =>
  declare(
    program({ name: "web", instances: scales.find((it) => it.program === "web")?.instances ?? 2 }),
    program({ name: "cron", definition: { start: { ...definition.start, auto: false } } })
  )
const asDeclared = ["cron STOPPED", "web:0 1", "web:1 2"]
const down = ["cron STOPPED", "web:0 STOPPED", "web:1 2"]
const back = ["cron STOPPED", "web:0 3", "web:1 2"]

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "reeve-expiry-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const inMs = (ms: number, reason: string | null = null) =>
  Effect.map(Clock.currentTimeMillis, (now) => ({ reason, until: now + ms }))

const shows = (bench: Bench, world: ReadonlyArray<string>) =>
  until(world.join(", "), () => bench.fake.shown().join() === world.join())

const told = ({ events }: Bench) =>
  events.flatMap((it) => (it.kind === "override" ? [`${it.address} ${it.text} (${it.who})`] : []))

describe("a stop by hand with an end", () => {
  it.effect("holds until then, and the declared state comes back by itself", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      const { stop } = yield* Operator
      const terms = yield* inMs(120 * minute, "disk swap")
      yield* stop(["web:0"], "ann", terms)
      const { overrides } = yield* Store
      const [drift] = (yield* reconciler.plan).plan.drift
      assert.equal(drift?.text, 'stopped by ann ("disk swap")')
      assert.equal(drift?.until, terms.until)
      assert.deepInclude(bench.events.at(-1), { text: "stopped", who: "ann", ...terms })
      yield* TestClock.adjust(120 * minute - 1)
      yield* reconciler.look
      assert.deepEqual(bench.fake.shown(), down)
      yield* TestClock.adjust(1)
      yield* shows(bench, back)
      assert.deepEqual(told(bench), ["web:0 stopped (ann)", "web:0 released (expiry)"])
      assert.deepEqual((yield* reconciler.plan).plan.drift, [])
      assert.deepEqual(yield* overrides.list, [])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("may hold for longer than a timer of the machine can", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const { stop } = yield* Operator
      yield* stop(["web:0"], "ann", yield* inMs(month))
      yield* TestClock.adjust(month - minute)
      assert.deepEqual(bench.fake.shown(), down)
      yield* TestClock.adjust(minute)
      yield* shows(bench, back)
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("gets the terms of the stop that came last", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const { stop } = yield* Operator
      const held = () =>
        [...bench.fake.instances.values()].flatMap(({ override }) => override ?? [])
      yield* stop(["web:0"], "ann", yield* inMs(minute, "disk swap"))
      const longer = yield* inMs(2 * minute, "two disks")
      yield* stop(["web:0"], "bob", longer)
      const [override] = held()
      assert.deepInclude(override, { who: "bob", ...longer })
      yield* TestClock.adjust(minute)
      yield* Effect.yieldNow
      assert.deepEqual(bench.fake.shown(), down)
      // Without terms it holds until it is released.
      yield* stop(["web:0"], "ann")
      assert.deepInclude(held()[0], { who: "ann", reason: null, until: null })
      yield* TestClock.adjust(60 * minute)
      yield* Effect.yieldNow
      assert.deepEqual(bench.fake.shown(), down)
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("ends by a release before, and the moment passes without a trace", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const { release, stop } = yield* Operator
      yield* stop(["web:0"], "ann", yield* inMs(minute))
      yield* release(["web:0"], "bob")
      assert.deepEqual(bench.fake.shown(), back)
      yield* TestClock.adjust(60 * minute)
      yield* Effect.yieldNow
      assert.deepEqual(bench.fake.shown(), back)
      assert.deepEqual(told(bench), ["web:0 stopped (ann)", "web:0 released (bob)"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("is over at a look where the clock was set past its end", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      const { stop } = yield* Operator
      yield* stop(["web:0"], "ann", yield* inMs(120 * minute))
      // The clock jumps; timers do not ring for it.
      const jumped: Clock.Clock = {
        ...(yield* Clock.Clock),
        currentTimeMillis: Effect.succeed(121 * minute)
      }
      yield* Effect.provideService(reconciler.look, Clock.Clock, jumped)
      yield* shows(bench, back)
    }).pipe(Effect.provide(layers(bench)))
  })
})

describe("a start by hand with an end", () => {
  it.effect("is released then as by `reeve release`: what runs goes on", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const { restart, start } = yield* Operator
      const rows = yield* start(["all"], "ann", true, yield* inMs(120 * minute))
      assert.match(rows[0]?.text ?? "", /^started; until .*\d\d:\d\d$/)
      const useless =
        /^already running \(pid \d\); as the files say, so that no reason or end is kept$/
      assert.match(rows[1]?.text ?? "", useless)
      assert.deepEqual(bench.fake.shown(), ["cron 3", "web:0 1", "web:1 2"])
      // A restart says nothing about how long.
      yield* restart(["cron"], "bob", true)
      assert.deepEqual(told(bench), ["cron started (ann)"])
      const running = bench.fake.shown()
      yield* TestClock.adjust(120 * minute)
      yield* until("cron is released", () => told(bench).includes("cron released (expiry)"))
      assert.deepEqual(bench.fake.shown(), running)
    }).pipe(Effect.provide(layers(bench)))
  })
})

describe("a number of instances with an end", () => {
  it.effect.each(["auto", "manual"] as const)("returns then, in %s mode", (mode) => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const { scale } = yield* Operator
      const { overrides } = yield* Store
      const four = ["cron STOPPED", "web:0 1", "web:1 2", "web:2 3", "web:3 4"]
      yield* scale("web", 4, "ann", yield* inMs(30 * minute, "sale"))
      assert.deepEqual(bench.fake.shown(), four)
      // The same number on other terms touches no instance.
      const terms = yield* inMs(60 * minute, "long sale")
      const [row] = yield* scale("web", 4, "bob", terms)
      assert.equal(row?.outcome, "done")
      assert.match(row?.text ?? "", /^scaled to 4; until .*\d\d:\d\d$/)
      assert.deepInclude((yield* overrides.scales)[0], { who: "bob", ...terms })
      yield* TestClock.adjust(60 * minute - 1)
      yield* Effect.yieldNow
      assert.deepEqual(bench.fake.shown(), four)
      yield* TestClock.adjust(1)
      yield* shows(bench, asDeclared)
      assert.equal(told(bench).at(-1), "web:0 number of instances released (expiry)")
      assert.deepEqual(yield* overrides.scales, [])
    }).pipe(Effect.provide(layers(bench, { mode })))
  })

  it.effect("that ended while no reeve ran is forgotten before the first plan", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      const { overrides } = yield* Store
      const by = { who: "ann", at: 0, reason: null, until: -1 }
      yield* overrides.putScale({ group: "web", program: "web", instances: 4, ...by })
      yield* booted(bench)
      assert.deepEqual(bench.fake.shown(), asDeclared)
      assert.deepEqual(yield* overrides.scales, [])
    }).pipe(Effect.provide(layers(bench)))
  })
})

describe("a daemon that goes on in manual mode for one that died", () => {
  const goOn = (between: (bench: Bench) => void) => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      const files = { mode: "manual", stateFile: join(yield* directory, "state.db") } as const
      const first = Effect.gen(function* () {
        yield* booted(bench)
        yield* (yield* Operator).scale("web", 4, "ann", yield* inMs(minute))
      })
      yield* Effect.scoped(Effect.provide(first, layers(bench, files)))
      Object.assign(bench.fake.service, { adoption: { ...nothingAdopted, resumed: true } })
      between(bench)
      bench.reports.length = 0
      yield* TestClock.adjust(minute)
      const second = Effect.gen(function* () {
        const reconciler = yield* booted(bench)
        return yield* reconciler.status
      })
      const { pending } = yield* Effect.scoped(Effect.provide(second, layers(bench, files)))
      return { isPending: pending !== null, shown: bench.fake.shown() }
    })
  }

  it.effect("gives a number of instances back whose time is over", () =>
    Effect.gen(function* () {
      const world = yield* goOn(() => {})
      assert.deepEqual(world, { isPending: false, shown: asDeclared })
    })
  )

  it.effect("lets it wait with a save that waits", () =>
    Effect.gen(function* () {
      const world = yield* goOn((bench) => {
        bench.files = declare(program({ name: "web", instances: 2 }))
      })
      const four = ["cron STOPPED", "web:0 1", "web:1 2", "web:2 3", "web:3 4"]
      assert.deepEqual(world, { isPending: true, shown: four })
    })
  )
})

describe("an end that cannot be recorded", () => {
  it.effect("is tried again later, and not all the time", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const { stop } = yield* Operator
      yield* stop(["web:0"], "ann", yield* inMs(minute))
      const { service } = bench.fake
      const honest = service.expireOverride
      let tries = 0
      Object.assign(service, {
        expireOverride: () =>
          Effect.sync(() => {
            tries++
            return false
          })
      })
      yield* TestClock.adjust(minute)
      yield* until("a try", () => tries > 0)
      yield* TestClock.adjust(10_000)
      yield* Effect.yieldNow
      assert.equal(tries, 1)
      Object.assign(service, { expireOverride: honest })
      yield* TestClock.adjust(20_000)
      yield* shows(bench, back)
    }).pipe(Effect.provide(layers(bench)))
  })
})

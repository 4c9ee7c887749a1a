import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { Held, Reconciler, StalePlan } from "../../src/reconcile/Reconciler.ts"
import { Store } from "../../src/store/Store.ts"
import { booted, layers, newBench, until } from "./planning/reconciling.ts"
import { allRunning, declare, program } from "./planning/world.ts"

const web = (umask: number | null = null) => program({ name: "web", definition: { umask } })
const byHand = { who: "ann", protectedToo: false, wait: true } as const
const outcomes = Effect.map(
  Effect.flatMap(Store, (store) => store.generations.list(20)),
  (list) => list.map(({ number, outcome, who }) => `${number} ${outcome} ${who}`).reverse()
)

describe("reconciler", () => {
  it.effect("applies what is declared at boot, and each save", () => {
    const bench = newBench(declare(web()))
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      assert.deepEqual(bench.fake.shown(), ["web 1"])
      yield* bench.save(declare(web(0), program({ name: "api" })))
      yield* until("api runs", () => bench.fake.shown().length === 2)
      yield* until(
        "two outcomes",
        () => bench.reports.filter((it) => it.kind === "applied").length === 2
      )
      assert.deepEqual(bench.fake.shown(), ["api 2", "web 3"])
      assert.deepEqual(yield* outcomes, ["1 applied watcher", "2 applied watcher"])
      assert.strictEqual((yield* reconciler.status).generation, 2)
      assert.deepEqual((yield* reconciler.plan).plan.actions, [])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("changes nothing for files with errors, and tells them once", () => {
    const bench = newBench(declare(web()))
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      yield* bench.save("broken")
      yield* bench.save("broken")
      yield* until("told", () => bench.events.some(({ kind }) => kind === "rejected"))
      yield* until("read", () => bench.changes.messages.length === 0)
      const { generation, problems } = yield* reconciler.status
      assert.deepEqual([generation, problems.length], [1, 1])
      assert.deepEqual(
        bench.events.filter(({ kind }) => kind === "rejected"),
        [{ kind: "rejected", problems: 1, text: "programs/web.ts:3:7: unexpected token" }]
      )
      assert.deepEqual(bench.fake.shown(), ["web 1"])
      yield* bench.save(declare(web(7)))
      yield* until("web restarts", () => bench.fake.shown().includes("web 2"))
      assert.deepEqual((yield* reconciler.status).problems, [])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("starts the last accepted generation at a boot with files that have errors", () => {
    const path = mkdtempSync(join(tmpdir(), "reeve-boot-"))
    const stateFile = join(path, "state.db")
    const first = newBench(declare(web()))
    const second = newBench("broken")
    return Effect.gen(function* () {
      yield* booted(first).pipe(Effect.provide(layers(first, { stateFile })))
      yield* Effect.gen(function* () {
        yield* booted(second)
        yield* until("web runs", () => second.fake.shown().length === 1)
        assert.deepEqual(second.reports[1], { kind: "fallback", generation: 1 })
      }).pipe(Effect.provide(layers(second, { stateFile })))
    }).pipe(Effect.ensuring(Effect.sync(() => rmSync(path, { recursive: true }))))
  })

  it.effect("waits for a good save at a first boot with files that have errors", () => {
    const bench = newBench("broken")
    return Effect.gen(function* () {
      yield* booted(bench)
      assert.deepEqual(bench.fake.shown(), [])
      yield* bench.save(declare(web()))
      yield* until("web runs", () => bench.fake.shown().length === 1)
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("keeps a save pending in manual mode until it is applied by hand", () => {
    const bench = newBench(declare(web()))
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      yield* bench.save(declare(web(0)))
      yield* until("held", () => bench.reports.some(({ kind }) => kind === "held"))
      assert.deepEqual(bench.fake.shown(), ["web 1"])
      const { pending } = yield* reconciler.status
      assert.deepEqual(
        pending?.holds.map(({ kind }) => kind),
        ["manual"]
      )
      const applied = yield* reconciler.apply(byHand)
      assert.deepEqual([applied.generation, applied.outcome], [2, "applied"])
      assert.deepEqual(bench.fake.shown(), ["web 2"])
      assert.isNull((yield* reconciler.status).pending)
      assert.deepEqual(yield* outcomes, ["1 applied watcher", "2 applied ann"])
    }).pipe(Effect.provide(layers(bench, { mode: "manual" })))
  })

  it.effect("holds a save that removes everything", () => {
    const bench = newBench(declare(web(), program({ name: "api" })))
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      yield* bench.save(declare())
      yield* until("held", () => bench.reports.some(({ kind }) => kind === "held"))
      assert.strictEqual(bench.fake.shown().length, 2)
      yield* reconciler.apply(byHand)
      assert.deepEqual(bench.fake.shown(), [])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("refuses by hand what only stops protected programs", () => {
    const guarded = (umask: number) =>
      declare(program({ name: "db", protect: true, definition: { umask } }))
    const bench = newBench(guarded(1))
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      bench.files = guarded(2)
      const refused = yield* Effect.flip(reconciler.apply(byHand))
      assert.instanceOf(refused, Held)
      assert.deepEqual(bench.fake.shown(), ["db 1"])
      yield* reconciler.apply({ ...byHand, protectedToo: true })
      assert.deepEqual(bench.fake.shown(), ["db 2"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("ends an apply early for a newer save, and comes to that", () => {
    const bench = newBench(declare(program({ name: "a", definition: { priority: 1 } })))
    return Effect.gen(function* () {
      yield* booted(bench)
      const gate = yield* Deferred.make<void>()
      bench.fake.before = (_, key) => (key === "b/b/0" ? Deferred.await(gate) : Effect.void)
      const ranked = (...names: ReadonlyArray<string>) =>
        declare(
          ...names.map((name, at) => program({ name, definition: { priority: at + 1, umask: at } }))
        )
      yield* bench.save(ranked("a", "b", "c"))
      yield* until("b begins", () => bench.fake.instances.size === 2)
      yield* bench.save(ranked("a", "b", "d"))
      yield* until("read", () => bench.changes.messages.length === 0)
      yield* Deferred.succeed(gate, undefined)
      yield* until("d runs", () => bench.fake.shown().some((it) => it.startsWith("d")))
      yield* until(
        "three outcomes",
        () => bench.reports.filter((it) => it.kind === "applied").length === 3
      )
      assert.isFalse(bench.events.some((it) => it.kind === "added" && it.address === "c"))
      assert.deepEqual(
        bench.fake.shown().map((it) => it.slice(0, 1)),
        ["a", "b", "d"]
      )
      assert.deepEqual(yield* outcomes, [
        "1 applied watcher",
        "2 superseded watcher",
        "3 applied watcher"
      ])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("records what does not come up as unhealthy, and leaves it to its policy", () => {
    const bench = newBench(declare(web()))
    bench.fake.fate = () => "fails"
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      const last = () => bench.reports.at(-1)
      yield* until("unhealthy", () => {
        const report = last()
        return report?.kind === "applied" && report.applied.outcome === "unhealthy"
      })
      const [generation] = yield* (yield* Store).generations.list(1)
      assert.deepEqual(
        [generation?.outcome, generation?.detail],
        ["unhealthy", "web: FATAL: no file"]
      )
      assert.deepEqual((yield* reconciler.plan).plan.actions, [])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect(
    "does not lay at the door of a generation what a newer one made of its programs",
    () => {
      const bench = newBench(declare(web()))
      return Effect.gen(function* () {
        yield* booted(bench)
        const gate = yield* Deferred.make<void>()
        bench.fake.before = (verb) => (verb === "until" ? Deferred.await(gate) : Effect.void)
        const applied = (count: number) =>
          until(
            "applied",
            () => bench.reports.filter((it) => it.kind === "applied").length === count
          )
        yield* bench.save(declare(web(0)))
        yield* applied(2)
        bench.fake.fate = () => "fails"
        yield* bench.save(declare(web(1)))
        yield* applied(3)
        yield* Deferred.succeed(gate, undefined)
        yield* applied(4)
        assert.deepEqual(yield* outcomes, [
          "1 applied watcher",
          "2 applied watcher",
          "3 unhealthy watcher"
        ])
      }).pipe(Effect.provide(layers(bench)))
    }
  )

  it.effect("tries content that failed only once, until something changes", () => {
    const bench = newBench(declare(web()))
    let tries = 0
    bench.fake.before = () =>
      Effect.suspend(() => {
        tries++
        return Effect.die(new Error("broken"))
      })
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      const failed = tries
      assert.deepEqual(yield* outcomes, ["1 failed watcher"])
      yield* bench.save(declare(web()))
      yield* until("read", () => bench.changes.messages.length === 0)
      assert.strictEqual(tries, failed)
      bench.fake.before = () => Effect.void
      yield* reconciler.poke
      yield* until("web runs", () => bench.fake.shown().includes("web 1"))
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect(
    "refuses a saved plan when what it touches moved, and applies nothing beyond it",
    () => {
      const before = declare(web(), program({ name: "api" }))
      const bench = newBench(before)
      return Effect.gen(function* () {
        const reconciler = yield* booted(bench)
        const desired = declare(web(0), program({ name: "api" }))
        const stale = plan(desired, allRunning(before), unattended)
        const refused = yield* Effect.flip(
          reconciler.apply({ ...byHand, desired, basis: stale.basis })
        )
        assert.instanceOf(refused, StalePlan)
        bench.files = desired
        const fresh = yield* reconciler.plan
        // Moves, but is not in the plan.
        const api = [...bench.fake.instances.values()].find(({ spec }) => spec.address === "api")
        if (api === undefined) throw new Error("api runs")
        bench.fake.instances.set(api.spec.key, { ...api, state: "FATAL", process: null })
        const { basis } = fresh.plan
        const applied = yield* reconciler.apply({ ...byHand, desired, basis })
        assert.deepEqual(
          applied.plan.actions.map(({ address }) => `${address}`),
          ["web"]
        )
        assert.include(bench.fake.shown(), "api FATAL")
      }).pipe(Effect.provide(layers(bench, { mode: "manual" })))
    }
  )

  it.effect(
    "leaves alone what changes by itself, until its sources change or it is applied by hand",
    () => {
      const clock = (umask: number) =>
        declare(web(), program({ name: "clock", definition: { umask } }))
      const bench = newBench(clock(1))
      return Effect.gen(function* () {
        const reconciler = yield* booted(bench)
        bench.unpredictable = ["clock"]
        bench.files = clock(2)
        yield* reconciler.look
        bench.unpredictable = []
        yield* reconciler.look
        assert.deepEqual(bench.fake.shown(), ["clock 1", "web 2"])
        assert.deepEqual(yield* outcomes, ["1 applied watcher"])
        const { drift } = (yield* reconciler.plan).plan
        assert.deepEqual(
          drift.map(({ kind }) => kind),
          ["unpredictable"]
        )
        yield* reconciler.apply(byHand)
        assert.deepEqual(bench.fake.shown(), ["clock 3", "web 2"])
        bench.files = clock(4)
        yield* reconciler.look
        assert.deepEqual(bench.fake.shown(), ["clock 4", "web 2"])
      }).pipe(Effect.provide(layers(bench)))
    }
  )

  it.effect("returns at once from an apply that is not waited for", () => {
    const bench = newBench(declare(web()))
    return Effect.gen(function* () {
      const reconciler = yield* Reconciler
      const applied = yield* reconciler.apply({ ...byHand, wait: false })
      assert.strictEqual(applied.outcome, "applying")
      yield* until("web runs", () => bench.fake.shown().includes("web 1"))
    }).pipe(Effect.provide(layers(bench)))
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import { InstanceKey } from "../../src/domain/Instance.ts"
import { Reconciler } from "../../src/reconcile/Reconciler.ts"
import { Store } from "../../src/store/Store.ts"
import { booted, layers, newBench, until } from "./planning/reconciling.ts"
import { declare, program } from "./planning/world.ts"

const web = (umask: number) => program({ name: "web", definition: { umask } })
const byHand = { who: "ann", protectedToo: false, wait: true } as const
const newest = Effect.map(
  Effect.flatMap(Store, (store) => store.generations.list(1)),
  ([one]) => `${one?.number} ${one?.outcome} ${one?.good === true ? "good" : "bad"}`
)
const asked = Effect.map(
  Effect.flatMap(Reconciler, (reconciler) => reconciler.apply(byHand)),
  ({ failures, generation, outcome }) => [
    `${generation} ${outcome}`,
    ...failures.map(({ address, text }) => `${address}: ${text}`)
  ]
)

describe("an apply of what a save has applied already", () => {
  it.effect("says that it is not healthy, and leaves that on record", () => {
    const bench = newBench(declare(web(1)))
    const applies = (count: number) =>
      until("applied", () => bench.reports.filter((it) => it.kind === "applied").length === count)
    return Effect.gen(function* () {
      yield* booted(bench)
      bench.fake.fate = () => "fails"
      yield* bench.save(declare(web(2)))
      yield* applies(3)
      assert.strictEqual(yield* newest, "2 unhealthy bad")
      const events = bench.events.length
      assert.deepEqual(yield* asked, ["2 unhealthy", "web: FATAL: no file"])
      assert.strictEqual(yield* newest, "2 unhealthy bad")
      assert.strictEqual(bench.events.length, events)
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("waits for what still comes up", () => {
    const bench = newBench(declare(web(1)))
    return Effect.gen(function* () {
      yield* booted(bench)
      const gate = yield* Deferred.make<void>()
      bench.fake.before = (verb) => (verb === "until" ? Deferred.await(gate) : Effect.void)
      bench.fake.fate = () => "fails"
      yield* bench.save(declare(web(2)))
      yield* until(
        "2 applied",
        () => bench.reports.filter((it) => it.kind === "applied").length === 2
      )
      const told = yield* Effect.forkChild(asked, { startImmediately: true })
      for (let turn = 0; turn < 100; turn++) yield* Effect.yieldNow
      assert.isUndefined(told.pollUnsafe())
      yield* Deferred.succeed(gate, undefined)
      assert.deepEqual(yield* Fiber.join(told), ["2 unhealthy", "web: FATAL: no file"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("records that it came up after all", () => {
    const bench = newBench(declare(web(1)))
    return Effect.gen(function* () {
      yield* booted(bench)
      bench.fake.fate = () => "fails"
      yield* bench.save(declare(web(2)))
      yield* until(
        "unhealthy",
        () => bench.reports.filter((it) => it.kind === "applied").length === 3
      )
      const [instance] = [...bench.fake.instances.values()]
      if (instance === undefined) throw new Error("web is declared")
      bench.fake.instances.set(instance.spec.key, { ...instance, state: "RUNNING" })
      assert.deepEqual(yield* asked, ["2 applied"])
      assert.strictEqual(yield* newest, "2 applied good")
    }).pipe(Effect.provide(layers(bench)))
  })
})

describe("a generation that is not healthy", () => {
  const key = InstanceKey.make("api/api/0")
  const api = program({ name: "api", definition: { watch: ["/p/**"] } })
  const changed = { keys: [key], effect: "restart", path: "/p/a.ts", at: 1 } as const

  it.effect("stays so on record when a file restarts a program that is", () => {
    const bench = newBench(declare(web(1), api))
    const applies = (count: number) =>
      until("applied", () => bench.reports.filter((it) => it.kind === "applied").length === count)
    return Effect.gen(function* () {
      yield* booted(bench)
      bench.fake.fate = ({ address }) => (address === "web" ? "fails" : "runs")
      yield* bench.save(declare(web(2), api))
      yield* applies(3)
      assert.strictEqual(yield* newest, "2 unhealthy bad")
      const plans = () => bench.reports.filter(({ kind }) => kind === "plan").length
      const before = plans()
      yield* Queue.offer(bench.sourceChanges, [changed])
      yield* until("a plan", () => plans() > before)
      yield* until("rest", () => (bench.fake.instances.get(key)?.changedFile ?? null) === null)
      for (let turn = 0; turn < 200; turn++) yield* Effect.yieldNow
      assert.strictEqual(yield* newest, "2 unhealthy bad")
      bench.fake.fate = () => "runs"
      const [failed] = [...bench.fake.instances.values()].filter(({ state }) => state === "FATAL")
      if (failed === undefined) throw new Error("web is FATAL")
      bench.fake.instances.set(failed.spec.key, { ...failed, state: "RUNNING" })
      yield* Queue.offer(bench.sourceChanges, [changed])
      yield* applies(4)
      assert.strictEqual(yield* newest, "2 applied good")
    }).pipe(Effect.provide(layers(bench)))
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { plan } from "../../src/core/plan.ts"
import type { Desired } from "../../src/domain/Desired.ts"
import type { Plan } from "../../src/domain/Plan.ts"
import { type ExecutorOptions, execute } from "../../src/reconcile/executor.ts"
import type { Progress } from "../../src/reconcile/Reconciler.ts"
import { type FakeSupervisor, fakeSupervisor } from "./planning/FakeSupervisor.ts"
import { confirmed, declare, program } from "./planning/world.ts"

const run = (fake: FakeSupervisor, desired: Desired, options: Partial<ExecutorOptions> = {}) =>
  execute(planned(fake, desired), desired, {
    supervisor: fake.service,
    generation: 1,
    superseded: () => false,
    onProgress: () => Effect.void,
    ...options
  })

const planned = (fake: FakeSupervisor, desired: Desired): Plan =>
  plan(
    desired,
    { instances: [...fake.instances.values()], scales: [], overrides: [], origin: "live" },
    confirmed
  )

const ranked = (name: string, priority: number) => program({ name, definition: { priority } })

describe("executor", () => {
  it.effect("makes what runs what is declared, and the next plan empty", () =>
    Effect.gen(function* () {
      const fake = fakeSupervisor()
      yield* run(
        fake,
        declare(program({ name: "jobs" }), program({ name: "old", definition: { umask: 0 } }))
      )
      assert.deepEqual(fake.shown(), ["jobs 1", "old 2"])
      const next = declare(
        program({ name: "work", renamedFrom: "jobs", line: 9 }),
        program({ name: "web", instances: 2, definition: { umask: 2 } })
      )
      const { dropped, failures } = yield* run(fake, next)
      assert.deepEqual(fake.shown(), ["web:0 3", "web:1 4", "work 1"])
      assert.deepEqual([dropped, failures, planned(fake, next).actions], [[], [], []])
      assert.deepEqual(planned(fake, next).metadata, [])
    })
  )

  it.effect(
    "restarts one instance of a program for a changed file, and leaves the others for later",
    () =>
      Effect.gen(function* () {
        const fake = fakeSupervisor()
        const desired = declare(
          program({ name: "web", instances: 3, definition: { watch: ["/p/**"] } }),
          program({ name: "api", definition: { watch: ["/p/**"] } })
        )
        yield* run(fake, desired)
        assert.deepEqual(fake.shown(), ["api 1", "web:0 2", "web:1 3", "web:2 4"])
        for (const [key, it] of fake.instances) {
          fake.instances.set(key, { ...it, changedFile: "/p/a" })
        }
        const first = yield* run(fake, desired)
        assert.deepEqual(fake.shown(), ["api 5", "web:0 6", "web:1 3", "web:2 4"])
        assert.deepEqual(
          first.deferred.map(({ action }) => action.address),
          ["web:1", "web:2"]
        )
        yield* run(fake, desired)
        yield* run(fake, desired)
        assert.deepEqual(fake.shown(), ["api 5", "web:0 6", "web:1 7", "web:2 8"])
        assert.deepEqual(planned(fake, desired).actions, [])
      })
  )

  it.effect("refreshes what changes nothing that runs", () =>
    Effect.gen(function* () {
      const fake = fakeSupervisor()
      yield* run(fake, declare(program({ name: "web" })))
      const moved = declare(program({ name: "web", line: 40 }))
      yield* run(fake, moved)
      assert.deepEqual(
        [...fake.instances.values()].map(({ spec }) => spec.source.line),
        [40]
      )
      assert.deepEqual(fake.shown(), ["web 1"])
    })
  )

  it.effect("begins a rank only when the one before has ended, and one rank side by side", () =>
    Effect.gen(function* () {
      const fake = fakeSupervisor()
      const begun: Array<string> = []
      const gate = yield* Deferred.make<void>()
      fake.before = (_, key) =>
        Effect.suspend(() => {
          begun.push(key)
          return Deferred.await(gate)
        })
      const desired = declare(ranked("a", 1), ranked("b", 1), ranked("c", 2))
      const fiber = yield* Effect.forkChild(run(fake, desired), { startImmediately: true })
      while (begun.length < 2) yield* Effect.yieldNow
      assert.deepEqual(begun, ["a/a/0", "b/b/0"])
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(fiber)
      assert.deepEqual(begun, ["a/a/0", "b/b/0", "c/c/0"])
    })
  )

  it.effect("keeps within its concurrency", () =>
    Effect.gen(function* () {
      const fake = fakeSupervisor()
      const at = { once: 0, most: 0 }
      fake.before = () =>
        Effect.gen(function* () {
          at.most = Math.max(at.most, ++at.once)
          yield* Effect.yieldNow
          at.once--
        })
      yield* run(fake, declare(program({ name: "web", instances: 40 })), { concurrency: 4 })
      assert.strictEqual(at.most, 4)
      assert.strictEqual(fake.instances.size, 40)
    })
  )

  it.effect("drops what has not begun when it is superseded, and ends what has", () =>
    Effect.gen(function* () {
      const fake = fakeSupervisor()
      let superseded = false
      fake.before = () =>
        Effect.sync(() => {
          superseded = true
        })
      const { dropped } = yield* run(
        fake,
        declare(ranked("a", 1), ranked("b", 2), ranked("c", 3)),
        {
          superseded: () => superseded
        }
      )
      assert.deepEqual(dropped, ["a2", "a3"])
      assert.deepEqual(fake.shown(), ["a 1"])
    })
  )

  it.effect("takes an instance that went away by itself as stopped", () =>
    Effect.gen(function* () {
      const fake = fakeSupervisor()
      yield* run(fake, declare(program({ name: "web", instances: 2 })))
      fake.before = (_, key) => Effect.sync(() => void fake.instances.delete(key))
      const { failures } = yield* run(fake, declare(program({ name: "web", instances: 1 })))
      assert.deepEqual(failures, [])
      assert.deepEqual(fake.shown(), ["web 1"])
    })
  )

  it.effect("goes on after a failure, and after a defect, and tells both", () =>
    Effect.gen(function* () {
      const fake = fakeSupervisor()
      const desired = declare(
        program({ name: "a" }),
        program({ name: "b" }),
        program({ name: "c" })
      )
      yield* run(fake, desired)
      const changed = declare(
        ...["a", "b", "c"].map((name) => program({ name, definition: { umask: 0 } }))
      )
      fake.before = (_, key) =>
        key.startsWith("a/")
          ? Effect.die(new Error("broken"))
          : Effect.sync(() => {
              if (key.startsWith("b/")) fake.instances.delete(key)
            })
      const { failures } = yield* run(fake, changed)
      assert.deepEqual(failures.map(({ address, text }) => `${address}: ${text}`).sort(), [
        "a: reeve failed: Error: broken",
        "b: b/b/0 does not exist any more"
      ])
      assert.deepEqual(fake.shown(), ["a 1", "c 4"])
    })
  )

  it.effect("tells its progress action by action", () =>
    Effect.gen(function* () {
      const fake = fakeSupervisor()
      const seen: Array<Progress> = []
      yield* run(fake, declare(ranked("a", 1), ranked("b", 2)), {
        onProgress: (progress) => Effect.sync(() => void seen.push(progress))
      })
      assert.deepEqual(
        seen.map(({ action, done, total }) => `${done}/${total} ${action}`),
        ["1/2 start a", "2/2 start b"]
      )
    })
  )
})

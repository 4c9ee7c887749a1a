import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { InstanceKey } from "../../src/domain/Instance.ts"
import { booted, layers, newBench, until } from "./planning/reconciling.ts"
import { declare, program } from "./planning/world.ts"

const key = InstanceKey.make("web/web/0")
const watched = program({ name: "web", definition: { watch: ["/p/**"] } })

describe("the reconciler and watched files", () => {
  it.effect("watches for those programs that ask for it, as each accepted save says", () => {
    const bench = newBench(declare(watched, program({ name: "api" })))
    return Effect.gen(function* () {
      yield* booted(bench)
      assert.deepEqual(bench.followed, [key])
      yield* bench.save(declare(program({ name: "web" })))
      yield* until("the save is taken", () => bench.followed.length === 0)
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("restarts for a change through a plan, in manual mode too", () => {
    const bench = newBench(declare(watched))
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      const [before] = bench.fake.shown()
      yield* Queue.offer(bench.sourceChanges, [
        { keys: [key], effect: "restart", path: "/p/a.ts", at: 1 }
      ])
      yield* until("a restart", () => bench.fake.shown()[0] !== before)
      const last = bench.reports.findLast(({ kind }) => kind === "plan")
      assert.deepEqual(last?.kind === "plan" ? last.plan.actions.map(({ cause }) => cause) : [], [
        { kind: "watch", path: "/p/a.ts" }
      ])
      yield* until("rest", () => bench.reports.at(-1)?.kind === "applied")
      assert.isEmpty((yield* reconciler.plan).plan.actions)
    }).pipe(Effect.provide(layers(bench, { mode: "manual" })))
  })
})

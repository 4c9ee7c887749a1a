import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import type { Definition } from "../../src/domain/Definition.ts"
import { definitionOf } from "../core/specOf.ts"
import { steady } from "./world/scripts.ts"
import { type Stage, simulate } from "./world/simulate.ts"

/** Runs a program x of three instances under a whole daemon, on a machine without trouble. */
const scene = async (
  definition: Partial<Definition>,
  play: (stage: Stage) => Effect.Effect<void>
): Promise<void> => {
  const run = await simulate(1, (stage) =>
    Effect.gen(function* () {
      const { files, world } = stage
      world.troubled = false
      world.script.push(...Array.from({ length: 12 }, () => steady))
      files.templates.set("x", {
        group: "x",
        groupPriority: 999,
        instances: 3,
        renamedFrom: null,
        definition: definitionOf({ watch: ["/src/**"], ...definition })
      })
      yield* Effect.forkIn(stage.reconciler.run, yield* Effect.scope, { startImmediately: true })
      yield* stage.advanceTo(2_000)
      yield* play(stage)
    }).pipe(Effect.scoped)
  )
  assert.isEmpty(run.violations, run.trace.join("\n"))
}

const touch = ({ files, settle, supervisor, world }: Stage, path: string) =>
  Effect.gen(function* () {
    const keys = (yield* supervisor.snapshot).map(({ spec }) => spec.key)
    files.touch({ keys, effect: "restart", path, at: world.now() })
    yield* settle
  })

const states = ({ supervisor }: Stage) =>
  Effect.map(supervisor.snapshot, (all) => all.map(({ starts, state }) => `${state} ${starts}`))

describe("a changed file", () => {
  it("restarts instance after instance, each when the one before is up", () =>
    scene({}, (stage) =>
      Effect.gen(function* () {
        assert.deepEqual(yield* states(stage), ["RUNNING 1", "RUNNING 1", "RUNNING 1"])
        yield* touch(stage, "/src/a")
        assert.deepEqual(yield* states(stage), ["STARTING 2", "RUNNING 1", "RUNNING 1"])
        yield* stage.advanceTo(3_500)
        assert.deepEqual(yield* states(stage), ["RUNNING 2", "STARTING 2", "RUNNING 1"])
        yield* stage.advanceTo(6_000)
        assert.deepEqual(yield* states(stage), ["RUNNING 2", "RUNNING 2", "RUNNING 2"])
      })
    ))

  it("of meanwhile restarts those again that have begun before it, and those alone", () =>
    scene({}, (stage) =>
      Effect.gen(function* () {
        yield* touch(stage, "/src/a")
        yield* stage.advanceTo(3_500)
        yield* touch(stage, "/src/b")
        yield* stage.advanceTo(20_000)
        assert.deepEqual(yield* states(stage), ["RUNNING 3", "RUNNING 3", "RUNNING 2"])
        const { generation, phase } = yield* stage.reconciler.status
        assert.deepEqual([generation, phase], [1, "idle"])
      })
    ))

  it("that breaks the first instance does not keep the others from it", () =>
    scene({}, (stage) =>
      Effect.gen(function* () {
        const dies = { ...steady, dieAfterMs: 100, status: { kind: "code", code: 1 } } as const
        stage.world.script.splice(0, stage.world.script.length, dies, steady, steady, steady)
        yield* touch(stage, "/src/a")
        yield* stage.advanceTo(20_000)
        assert.deepEqual(yield* states(stage), ["RUNNING 3", "RUNNING 2", "RUNNING 2"])
      })
    ))
})

/** A new process takes the place of the old one while something else begins in the same instant. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { assert, describe, it } from "vitest"
import { usualUpdate } from "../../src/domain/Update.ts"
import type { Origin } from "../../src/supervise/Supervisor.ts"
import { specOf } from "../core/specOf.ts"
import { steady } from "./world/scripts.ts"
import { simulate } from "./world/simulate.ts"
import type { World } from "./world/World.ts"

const plan: Origin = { kind: "plan", text: "test", generation: 2 }
const update = { ...usualUpdate, strategy: "overlap" } as const
const old = specOf({ name: "x" }, { update })
/** It is up in the moment in which it starts. */
const next = specOf({ name: "x" }, { update, start: { ...old.definition.start, stableAfterMs: 0 } })

interface Ending {
  isOver: boolean
  living: number
}

/** Goes on by so many milliseconds; what the machine has to do is done at least each 100. */
const goOn = (world: World, ms: number): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let gone = 0; gone < ms; gone += 100) {
      yield* TestClock.adjust(Math.min(100, ms - gone))
      yield* turnsOfLoop(50)
      world.fire()
      yield* turnsOfLoop(50)
    }
  })

const turnsOfLoop = (count: number): Effect.Effect<void> =>
  Effect.forEach(Array.from({ length: count }), () => Effect.yieldNow, { discard: true })

/** `turns`: of the loop, between the start of the new process and the end of everything. */
const shutdownBehind = async (turns: number): Promise<Ending> => {
  const found: Ending = { isOver: false, living: 0 }
  await simulate(1, ({ supervisor, world }) =>
    Effect.gen(function* () {
      world.troubled = false
      world.script.push(steady, steady)
      yield* supervisor.add(old)
      yield* Effect.ignore(supervisor.start(old.key, plan, false))
      yield* goOn(world, 2_000)
      const begun = Effect.ignore(supervisor.succeed(next, plan))
      const starting = yield* Effect.forkChild(begun, { startImmediately: true })
      yield* turnsOfLoop(turns)
      const ending = yield* Effect.forkChild(supervisor.shutdown, { startImmediately: true })
      yield* goOn(world, 2_000)
      found.isOver = ending.pollUnsafe() !== undefined
      found.living = world.leaders.length
      yield* Fiber.interruptAll([starting, ending])
    })
  )
  return found
}

describe("a new process that takes its place", () => {
  it("keeps no shutdown waiting that begins in that instant", async () => {
    for (let turns = 0; turns < 15; turns += 1) {
      const ending = await shutdownBehind(turns)
      assert.deepEqual(ending, { isOver: true, living: 0 }, `after ${turns} turns`)
    }
  })
})

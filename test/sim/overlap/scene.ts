/** One program under a daemon on a machine without trouble, for tests that say themselves what happens. */
import * as Effect from "effect/Effect"
import { assert } from "vitest"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { Definition } from "../../../src/domain/Definition.ts"
import type { EventBody } from "../../../src/domain/Event.ts"
import { usualUpdate } from "../../../src/domain/Update.ts"
import { definitionOf } from "../../core/specOf.ts"
import { look } from "../world/programs.ts"
import { type Script, steady } from "../world/scripts.ts"
import { overlapRun } from "./overlapRun.ts"
import type { OverlapStage } from "./overlapScenario.ts"

export interface Scene extends Pick<OverlapStage, "files" | "machine" | "world"> {
  readonly stage: OverlapStage
  readonly heard: ReadonlyArray<EventBody>
  /** The next lives, in the order of their starts; those after them are steady. */
  readonly lives: (...scripts: ReadonlyArray<Partial<Script>>) => void
  /** Declares x as it is, but for these fields, and lets the time go by. */
  readonly save: (changes: Partial<Definition>, afterMs: number) => Effect.Effect<void>
  readonly pass: (ms: number) => Effect.Effect<void>
  /** Its one instance, or the first of them. */
  readonly one: Effect.Effect<ActualInstance>
  readonly pids: () => ReadonlyArray<number>
}

export const probed = {
  ...look,
  everyMs: 1_000,
  jitter: 0,
  failures: 2,
  successes: 1,
  withinMs: 6_000
} as const

export const scene = async (
  definition: Partial<Definition>,
  play: (scene: Scene) => Effect.Effect<void>,
  instances = 1
): Promise<void> => {
  const run = await overlapRun(1, {}, (stage) =>
    Effect.gen(function* () {
      const { files, machine, observer, world } = stage
      const heard: Array<EventBody> = []
      const before = observer.heard
      observer.heard = (body) => {
        before(body)
        heard.push(body)
      }
      const next: Array<Script> = []
      machine.scriptOf = () => next.shift() ?? steady
      let now: Definition = definitionOf({
        command: ["v1"],
        update: { ...usualUpdate, strategy: "overlap" },
        ...definition
      })
      const declare = (): void => {
        files.templates.set("x", {
          group: "x",
          groupPriority: 999,
          instances,
          renamedFrom: null,
          definition: now
        })
      }
      declare()
      yield* stage.boot
      yield* stage.advanceTo(20_000)
      const pass = (ms: number) => Effect.suspend(() => stage.advanceTo(world.now() + ms))
      yield* play({
        stage,
        files,
        machine,
        world,
        heard,
        pass,
        lives: (...scripts) => {
          next.push(...scripts.map((script) => ({ ...steady, ...script })))
        },
        save: (changes, afterMs) =>
          Effect.suspend(() => {
            now = { ...now, ...changes }
            declare()
            files.save()
            return pass(afterMs)
          }),
        one: Effect.suspend(() => {
          const [first] = stage.supervisor.peek()
          return first === undefined
            ? Effect.die(new Error("x is not there"))
            : Effect.succeed(first)
        }),
        pids: () => world.leaders.map(({ pid }) => pid)
      })
    })
  )
  assert.isEmpty(run.violations, run.trace.join("\n"))
}

/**
 * The whole daemon: files are edited, broken and mended, operators stop, start, scale and release, on a machine in trouble; then
 * the trouble ends. What runs must then be what the files say, or what an operator said, and the plan must be empty.
 */
import * as Effect from "effect/Effect"
import { byHand } from "./byHand.ts"
import { Capacity } from "./Capacity.ts"
import { Dice } from "./Dice.ts"
import { addProgram, edit, touch } from "./edits.ts"
import { calm, shutDown } from "./endings.ts"
import type { Play } from "./Play.ts"
import { Precedence } from "./Precedence.ts"
import { Rollbacks } from "./Rollbacks.ts"
import type { Stage } from "./simulate.ts"

export const daemonScenario = (stage: Stage): Effect.Effect<void> => playDaemon(stage, null)

/** The same with programs that need each other. */
export const graphScenario = (stage: Stage): Effect.Effect<void> =>
  playDaemon(stage, new Precedence(stage.world, stage.observer, stage.supervisor.peek))

const playDaemon = (given: Stage, precedence: Precedence | null): Effect.Effect<void> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const stage = precedence === null ? given : watched(given, precedence)
    new Capacity(stage)
    const { observer, supervisor } = stage
    observer.find = (key) => supervisor.peek().find(({ spec }) => spec.key === key)
    const rollbacks = new Rollbacks(stage)
    const play: Play = { ...stage, scope, open: new Set(), count: 0, precedence, made: new Map() }
    const { dice, files, world } = stage
    const programs = precedence === null ? dice.between(1, 4) : dice.between(2, 6)
    for (let index = 0; index < programs; index += 1) addProgram(play)
    yield* Effect.forkIn(stage.reconciler.run, scope, { startImmediately: true })
    yield* stage.settle
    if (precedence === null) checkBootOrder(play)
    const steps = dice.between(8, 18)
    const touches = new Dice(steps * 100 + programs)
    for (let step = 0; step < steps; step += 1) {
      if (dice.chance(0.2)) {
        yield* stage.collide(byHand(play))
        continue
      }
      yield* stage.advanceTo(world.now() + dice.pick([0, 50, 1_000, 3_000, 12_000]))
      if (dice.chance(0.05)) world.diskFull = !world.diskFull
      if (touches.chance(0.15)) yield* touch(play)
      yield* dice.chance(0.6) ? edit(play) : byHand(play)
      yield* stage.settle
    }
    files.broken = false
    rollbacks.byHand = true
    yield* calm(play)
    yield* shutDown(play)
  }).pipe(Effect.scoped)

/** Looks for those that wait for nothing whenever everything is at rest. */
const watched = (stage: Stage, precedence: Precedence): Stage => ({
  ...stage,
  settle: Effect.andThen(
    stage.settle,
    Effect.sync(() => precedence.checkWaits())
  )
})

const checkBootOrder = ({ world }: Play): void => {
  const seen = new Set<string>()
  let last = Number.NEGATIVE_INFINITY
  for (const { key, spec } of world.attempts) {
    if (seen.has(key)) continue
    seen.add(key)
    // A hook holds up no other program.
    if (spec.definition.hooks.beforeStart !== null) continue
    const rank = spec.groupPriority * 10_000 + spec.definition.priority
    if (rank < last) world.wrong(`${key} was started after one of a higher priority number`)
    last = rank
  }
}

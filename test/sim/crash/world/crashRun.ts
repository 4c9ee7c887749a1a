/**
 * One run of a story: daemon after daemon on one machine, each killed at the call that was chosen for it; a clock that goes on
 * only when the daemon has nothing left to do; checks at each rest and at the end.
 */
import * as Effect from "effect/Effect"
import * as Scheduler from "effect/Scheduler"
import * as TestClock from "effect/testing/TestClock"
import { Dice } from "../../world/Dice.ts"
import { makeTurns } from "../../world/turns.ts"
import type { CrashPlant } from "./CrashPlant.ts"
import { beginLife, inLife, runLife } from "./crashDaemon.ts"
import { type Ending, Ledger } from "./Ledger.ts"
import type { Life } from "./Life.ts"
import { type Crash, type Disaster, Machine, type Point } from "./Machine.ts"
import type { Errand, Story } from "./Story.ts"

export interface CrashRun {
  readonly violations: ReadonlyArray<string>
  readonly trace: ReadonlyArray<string>
  readonly points: ReadonlyArray<Point>
  /** How everything was at the end. */
  readonly ending: Ending | null
}

export interface Trial {
  readonly story: Story
  readonly crashes: ReadonlyArray<Crash>
  readonly disaster?: Disaster
  /** How it ends without a crash; null: this is the run that finds out. */
  readonly expected: Ending | null
  readonly plant?: CrashPlant
}

const diskFullAt = 150

/** More than these are not collected: the first one tells. */
const mostViolations = 3

export const crashRun = (trial: Trial): Promise<CrashRun> => {
  const turns = makeTurns()
  const run = Effect.gen(function* () {
    const clock = yield* TestClock.testClockWith(Effect.succeed)
    const now = () => Math.round(clock.currentTimeMillisUnsafe())
    const machine = new Machine(new Dice(1), now, trial.crashes, trial.disaster)
    const ledger = new Ledger(machine, trial)
    yield* play({ trial, machine, ledger, clock, idle: turns.idle, turns }).pipe(
      Effect.catchCause((cause) =>
        Effect.sync(() => {
          if (machine.world.violations.length === 0) machine.world.wrong(String(cause))
        })
      )
    )
    machine.close()
    const { points, world } = machine
    const { trace, violations } = world
    return { violations, trace, points, ending: ledger.ending }
  })
  return run.pipe(
    Effect.provide(TestClock.layer({ warningDelay: "1 minute" })),
    Effect.provideService(Scheduler.Scheduler, turns.scheduler),
    Effect.runPromise
  )
}

interface Stage {
  readonly trial: Trial
  readonly machine: Machine
  readonly ledger: Ledger
  readonly clock: TestClock.TestClock
  readonly turns: ReturnType<typeof makeTurns>
  readonly idle: Effect.Effect<void>
}

const play = Effect.fnUntraced(function* (stage: Stage) {
  const { idle, ledger, machine, trial } = stage
  const { story } = trial
  story.begin(machine)
  for (const errand of story.errands) {
    machine.world.plan(errand.at, () => ledger.errands.push(errand))
  }
  if (machine.disaster.diskFull === true) {
    machine.world.plan(diskFullAt, () => {
      machine.world.diskFull = machine.deaths === 0
    })
  }
  begin(stage)
  machine.onNextDaemon = () => begin(stage)
  yield* advanceTo(stage, story.endMs)
  machine.world.diskFull = false
  // Nothing is to come any more; what waits for a timer of the reconciler has time for it.
  yield* advanceTo(stage, story.endMs + 20_000 + 4 * machine.pausedMs)
  if (machine.life?.daemon == null) machine.world.wrong("no daemon is up at the end")
  else yield* ledger.close(machine.life.daemon)
  yield* idle
  if (machine.life !== null) machine.life.dead = true
})

const begin = ({ clock, machine, trial, turns }: Stage): void => {
  const life = beginLife(machine, turns)
  Effect.runFork(runLife(machine, life, clock, trial.plant ?? {}), { scheduler: life.scheduler })
}

const advanceTo = Effect.fnUntraced(function* (stage: Stage, at: number) {
  const { clock, machine } = stage
  const { world } = machine
  yield* settle(stage)
  for (;;) {
    const alarms = [...(machine.life?.alarms ?? [])].map((alarm) => alarm.at)
    const next = Math.min(world.nextAt ?? at, at, ...alarms)
    yield* clock.setTime(Math.max(next, world.now()))
    yield* stage.idle
    world.fire()
    yield* settle(stage)
    if (next >= at) return
  }
})

const settle = Effect.fnUntraced(function* (stage: Stage) {
  const { idle, ledger, machine } = stage
  yield* idle
  const { life } = machine
  if (life?.daemon != null) {
    ledger.errands.unshift(...ledger.cutErrands(life))
    for (const errand of ledger.errands.splice(0)) {
      yield* doErrand(stage, life, errand)
      yield* idle
    }
  }
  yield* ledger.look
  if (machine.world.violations.length >= mostViolations) {
    yield* Effect.die(new Error("enough is wrong"))
  }
})

/** An operator whose command was cut gives it again to the next daemon, unless that knows of it already. */
const doErrand = Effect.fnUntraced(function* (stage: Stage, life: Life, errand: Errand) {
  const { clock, ledger, machine } = stage
  if (yield* errand.isDone(machine)) return
  if (life.daemon === null) return
  ledger.begun.set(errand, life)
  machine.world.note(`errand: ${errand.text}`)
  const work = errand.act(machine, life.daemon).pipe(
    Effect.tap(() =>
      Effect.sync(() => {
        if (!life.dead) ledger.begun.delete(errand)
      })
    )
  )
  Effect.runFork(inLife(machine, life, clock)(work), { scheduler: life.scheduler })
})

/**
 * One run from one seed: a machine, a daemon on it, a clock that only goes on when the daemon has nothing left to do, and a
 * scenario that uses the daemon. The result says what was wrong, if anything, and which faults there were.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"
import * as TestClock from "effect/testing/TestClock"
import { transition } from "../../../src/core/transition.ts"
import { Events } from "../../../src/events/Events.ts"
import { EventsLive } from "../../../src/events/EventsLive.ts"
import { Operator } from "../../../src/reconcile/Operator.ts"
import { OperatorLive } from "../../../src/reconcile/OperatorLive.ts"
import { Reconciler } from "../../../src/reconcile/Reconciler.ts"
import { reconcilerLive } from "../../../src/reconcile/ReconcilerLive.ts"
import { Store } from "../../../src/store/Store.ts"
import { Supervisor } from "../../../src/supervise/Supervisor.ts"
import { supervisorLive } from "../../../src/supervise/SupervisorLive.ts"
import { TransitionFunction } from "../../../src/supervise/TransitionFunction.ts"
import { checkNow } from "./checks.ts"
import { Dice } from "./Dice.ts"
import type { FaultCount } from "./faults.ts"
import { Observer } from "./Observer.ts"
import type { Plant } from "./Plant.ts"
import { drawHookScript } from "./programs.ts"
import { SimFiles, simFiles } from "./simFiles.ts"
import { simHealth } from "./simHealth.ts"
import { simHooks } from "./simHooks.ts"
import { simLauncher } from "./simLauncher.ts"
import { simLogs } from "./simLogs.ts"
import { simOs, wrap } from "./simOs.ts"
import { type Book, liveOf, simStore } from "./simStore.ts"
import { makeTurns } from "./turns.ts"
import { World } from "./World.ts"

export interface Run {
  readonly seed: number
  /** Empty: nothing was wrong. */
  readonly violations: ReadonlyArray<string>
  readonly trace: ReadonlyArray<string>
  readonly fired: FaultCount
}

/** What a scenario works with. */
export interface Stage {
  readonly world: World
  readonly dice: Dice
  readonly observer: Observer
  readonly supervisor: Supervisor["Service"]
  readonly reconciler: Reconciler["Service"]
  readonly operator: Operator["Service"]
  readonly store: Store["Service"]
  readonly files: SimFiles
  /** Lets everything happen that is due now, then checks. */
  readonly settle: Effect.Effect<void>
  /** Goes on to a later moment, stopping wherever something happens on the way. */
  readonly advanceTo: (at: number) => Effect.Effect<void>
  /** Goes to the machine's next event and does `work` in the same instant, before or after it. */
  readonly collide: (work: Effect.Effect<void>) => Effect.Effect<void>
}

/** More than these are not collected: the first one tells. */
const mostViolations = 3

export const simulate = (
  seed: number,
  scenario: (stage: Stage) => Effect.Effect<void>,
  plant: Plant = {}
): Promise<Run> => {
  const turns = makeTurns()
  const run = Effect.gen(function* () {
    const clock = yield* alarmClock
    const world = new World(new Dice(seed), () => Math.round(clock.currentTimeMillisUnsafe()))
    const ofHooks = new Dice(seed)
    world.hookScript = () => (world.troubled ? drawHookScript(ofHooks) : { afterMs: 0, code: 0 })
    const observer = new Observer(world)
    const book: Book = { store: null, live: null }
    const files = new SimFiles()
    yield* play({ world, observer, book, files, idle: turns.idle, clock }, scenario).pipe(
      Effect.provide(daemon(world, observer, book, files, plant)),
      Effect.provideService(Clock.Clock, clock),
      Effect.provide(Logger.layer([logInto(world)])),
      Effect.scoped,
      Effect.catchCause((cause) =>
        Effect.sync(() => {
          if (world.violations.length === 0) world.wrong(`the run broke: ${String(cause)}`)
        })
      )
    )
    const { fired, trace, violations } = world
    return { seed, violations, trace, fired }
  })
  return run.pipe(
    Random.withSeed(seed),
    Effect.provide(TestClock.layer({ warningDelay: "1 minute" })),
    Effect.provideService(Scheduler.Scheduler, turns.scheduler),
    Effect.runPromise
  )
}

const logInto = (world: World) =>
  Logger.make<unknown, void>(({ message }) => {
    const text = (Array.isArray(message) ? message : [message]).map(String).join(" ")
    world.logged.push(text)
    world.note(`log: ${text}`)
  })

interface AlarmClock extends TestClock.TestClock {
  /** The next moment at which a sleeper wakes; infinite: nobody sleeps. */
  readonly nextAlarm: () => number
}

/** The test clock, and when its sleepers wake: going on must stop at each, since what they do may plan what comes next. */
const alarmClock = TestClock.testClockWith((clock) =>
  Effect.sync((): AlarmClock => {
    const alarms = new Set<{ readonly at: number }>()
    return {
      ...clock,
      sleep: (duration) =>
        Effect.suspend(() => {
          const alarm = { at: clock.currentTimeMillisUnsafe() + Duration.toMillis(duration) }
          alarms.add(alarm)
          return Effect.ensuring(
            clock.sleep(duration),
            Effect.sync(() => alarms.delete(alarm))
          )
        }),
      nextAlarm: () => Math.min(...[...alarms].map(({ at }) => at))
    }
  })
)

interface Rig extends Pick<Stage, "world" | "observer" | "files"> {
  readonly book: Book
  readonly idle: Effect.Effect<void>
  readonly clock: AlarmClock
}

const play = Effect.fnUntraced(function* (
  { book, clock, files, idle, observer, world }: Rig,
  scenario: (stage: Stage) => Effect.Effect<void>
) {
  const supervisor = yield* Supervisor
  const check = Effect.gen(function* () {
    if (book.store === null) return
    checkNow(world, observer, yield* supervisor.snapshot, yield* liveOf(book, book.store))
    if (world.violations.length >= mostViolations) yield* Effect.die(new Error("enough is wrong"))
  })
  const settle = Effect.andThen(idle, check)
  const advanceTo = Effect.fnUntraced(function* (at: number) {
    yield* settle
    for (;;) {
      const next = Math.min(world.nextAt ?? at, clock.nextAlarm(), at)
      if (next >= at) break
      yield* clock.setTime(Math.max(next, world.now()))
      yield* idle
      world.fire()
      yield* settle
    }
    yield* clock.setTime(Math.max(at, world.now()))
    yield* idle
    world.fire()
    yield* settle
  })
  const collide = Effect.fnUntraced(function* (work: Effect.Effect<void>) {
    const at = world.nextAt
    if (at === null || at <= world.now()) {
      yield* Effect.andThen(work, settle)
      return
    }
    world.fired.add("exitWithStop")
    yield* advanceTo(at - 1)
    yield* clock.setTime(at)
    if (world.dice.chance(0.5)) yield* idle
    if (world.dice.chance(0.5)) {
      world.fire()
      yield* work
    } else {
      yield* work
      world.fire()
    }
    yield* settle
  })
  yield* clock.adjust(0)
  yield* settle
  yield* scenario({
    world,
    dice: world.dice,
    observer,
    supervisor,
    reconciler: yield* Reconciler,
    operator: yield* Operator,
    store: yield* Store,
    files,
    settle,
    advanceTo,
    collide
  })
})

const daemon = (world: World, observer: Observer, book: Book, files: SimFiles, plant: Plant) => {
  const base = Layer.mergeAll(
    simOs(world, plant),
    simLogs(world),
    simLauncher(world),
    simHealth(world),
    simHooks(world),
    simStore(world, plant, book)
  )
  const events = Layer.effect(
    Events,
    Effect.map(Events, (real) => ({
      ...real,
      emit: (body) =>
        Effect.suspend(() => {
          observer.event(body)
          return real.emit(body)
        })
    }))
  ).pipe(Layer.provide(EventsLive))
  const supervisor = Layer.effect(
    Supervisor,
    Effect.map(Supervisor, (real) => wrap(watched(real, world), plant.supervisor, world))
  ).pipe(Layer.provide(supervisorLive({ logDirectory: "/logs", serverUrl: null })))
  return OperatorLive.pipe(
    Layer.provideMerge(reconcilerLive({ entries: ["/programs"], mode: "auto", who: "sim" })),
    Layer.provideMerge(supervisor),
    Layer.provide(simFiles(files)),
    Layer.provideMerge(events),
    Layer.provideMerge(base),
    Layer.provide(
      Layer.succeedContext(
        Context.make(TransitionFunction, plant.transition?.(transition) ?? transition)
      )
    )
  )
}

/** Notes what is being removed. */
const watched = (real: Supervisor["Service"], { leaving, now }: World): Supervisor["Service"] => ({
  ...real,
  remove: (key, origin) =>
    Effect.suspend(() => {
      leaving.set(key, now())
      return Effect.ensuring(
        real.remove(key, origin),
        Effect.sync(() => leaving.delete(key))
      )
    })
})

/**
 * One run from one seed of programs that are replaced with overlap: a machine that outlives its daemons, daemon after daemon on
 * it, a clock that goes on only when nothing is left to do, and the scenario.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"
import * as TestClock from "effect/testing/TestClock"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import { Operator } from "../../../src/reconcile/Operator.ts"
import { Reconciler } from "../../../src/reconcile/Reconciler.ts"
import { Supervisor } from "../../../src/supervise/Supervisor.ts"
import type { CrashPlant } from "../crash/world/CrashPlant.ts"
import { beginLife, inLife, runLife } from "../crash/world/crashDaemon.ts"
import type { Daemon, Life } from "../crash/world/Life.ts"
import { mortalClock } from "../crash/world/mortalClock.ts"
import { checkNow } from "../world/checks.ts"
import { Dice } from "../world/Dice.ts"
import { Observer } from "../world/Observer.ts"
import { drawHookScript } from "../world/programs.ts"
import type { Run } from "../world/simulate.ts"
import { makeTurns, type Turns } from "../world/turns.ts"
import { MortalMachine } from "./MortalMachine.ts"
import { type OverlapStage, overlapScenario } from "./overlapScenario.ts"
import { Succession } from "./Succession.ts"
import { troubled } from "./troubles.ts"

/** More than these are not collected: the first one tells. */
const mostViolations = 3

export interface OverlapRun extends Run {
  /** How often there was what the scenario is for. */
  readonly tally: ReadonlyMap<string, number>
}

export const overlapRun = (
  seed: number,
  plant: CrashPlant = {},
  scenario: typeof overlapScenario = overlapScenario
): Promise<OverlapRun> => {
  const turns = makeTurns()
  const run = Effect.gen(function* () {
    const clock = yield* TestClock.testClockWith(Effect.succeed)
    const now = () => Math.round(clock.currentTimeMillisUnsafe())
    const machine = new MortalMachine(new Dice(seed), now, [])
    const { world } = machine
    const rig = new Rig(machine, clock, turns, plant, seed)
    yield* scenario(rig.stage, rig.succession).pipe(
      Effect.scoped,
      Effect.provideService(Clock.Clock, mortalClock(clock, { alarms: rig.alarms, dead: false })),
      Effect.catchCause((cause) =>
        Effect.sync(() => {
          if (world.violations.length === 0) world.wrong(`the run broke: ${String(cause)}`)
        })
      )
    )
    if (machine.life !== null) machine.life.dead = true
    yield* turns.idle
    machine.close()
    const { fired, trace, violations } = world
    return { seed, violations, trace, fired, tally: rig.succession.tally }
  })
  return run.pipe(
    Random.withSeed(seed),
    Effect.provide(TestClock.layer({ warningDelay: "1 minute" })),
    Effect.provideService(Scheduler.Scheduler, turns.scheduler),
    Effect.runPromise
  )
}

class Rig {
  /** When the scenario's own sleepers wake. */
  readonly alarms = new Set<{ readonly at: number }>()
  readonly succession: Succession
  readonly stage: OverlapStage
  private readonly machine: MortalMachine
  private readonly clock: TestClock.TestClock
  private readonly turns: Turns
  private readonly plant: CrashPlant
  private readonly observer: Observer
  private readonly ofTrouble: Dice
  /** The daemon that was seen at rest last. */
  private known: Life | null = null
  private foundAt = 0

  constructor(
    machine: MortalMachine,
    clock: TestClock.TestClock,
    turns: Turns,
    plant: CrashPlant,
    seed: number
  ) {
    this.machine = machine
    this.clock = clock
    this.turns = turns
    const { world } = machine
    world.freshPids = false
    const ofHooks = new Dice(seed)
    world.hookScript = () => (world.troubled ? drawHookScript(ofHooks) : { afterMs: 0, code: 0 })
    this.observer = new Observer(world)
    this.stage = this.makeStage(seed)
    this.succession = new Succession(this.stage)
    this.plant = plant
    this.ofTrouble = new Dice(seed + 1)
    machine.onNextDaemon = () => this.boot()
    machine.onDeath = () => {
      this.observer.isBetween = true
      this.succession.lost(this.stage.open)
      this.stage.open.clear()
    }
  }

  private makeStage(seed: number): OverlapStage {
    const { machine } = this
    const { files, world } = machine
    const daemonNow = (): Daemon => {
      if (machine.life?.daemon == null) throw new Error("no daemon is up")
      return machine.life.daemon
    }
    return {
      machine,
      world,
      files,
      dice: world.dice,
      own: new Dice(seed + 2),
      observer: this.observer,
      open: new Set(),
      get supervisor() {
        return Context.get(daemonNow(), Supervisor)
      },
      get reconciler() {
        return Context.get(daemonNow(), Reconciler)
      },
      get operator() {
        return Context.get(daemonNow(), Operator)
      },
      get store() {
        return machine.store
      },
      boot: Effect.sync(() => this.boot()),
      settle: this.settle(),
      advanceTo: (at) => this.advanceTo(at),
      collide: (work) => this.collide(work),
      inDaemon: (name, work) => this.inDaemon(name, work)
    }
  }

  private boot(): void {
    const { clock, machine, observer, ofTrouble, turns } = this
    const life = beginLife(machine, turns)
    const plant = troubled(machine, life, observer, ofTrouble, this.plant)
    Effect.runFork(runLife(machine, life, clock, plant), { scheduler: life.scheduler })
  }

  /** A client asks the daemon that lives; it learns nothing more when that dies. */
  private inDaemon(name: string, work: Effect.Effect<unknown, unknown>): Effect.Effect<void> {
    return Effect.sync(() => {
      const { clock, machine } = this
      const { life, world } = machine
      if (life?.daemon == null) return
      const { open } = this.stage
      const label = `${name} #${world.trace.length}`
      open.add(label)
      const told = work.pipe(
        Effect.catchCause((cause) =>
          Effect.sync(() => {
            const text = String(cause)
            const isKnown = text.includes("the log plane broke")
            if (cause.reasons.some(({ _tag }) => _tag === "Die") && !isKnown) {
              world.wrong(`${label} broke: ${text}`)
            }
          })
        ),
        Effect.ensuring(Effect.sync(() => open.delete(label)))
      )
      Effect.runFork(inLife(machine, life, clock)(told), { scheduler: life.scheduler })
    })
  }

  private settle(): Effect.Effect<void> {
    return Effect.andThen(
      Effect.suspend(() => this.turns.idle),
      this.check()
    )
  }

  private check(): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const { machine, observer, succession } = this
      const { life, world } = machine
      if (life?.daemon != null) {
        machine.isSpared = true
        const supervisor = Context.get(life.daemon, Supervisor)
        const instances = yield* supervisor.snapshot
        if (this.known !== life) observer.resume(instances)
        if (this.known !== life) {
          succession.found(instances)
          this.foundAt = world.now()
        }
        this.known = life
        const unclaimed = (yield* supervisor.unclaimed).map(({ pid }) => pid)
        const judged = succession.judged(observer, unclaimed)
        checkNow(world, judged, this.aged(instances), machine.journaled)
        succession.check(instances)
        machine.isSpared = false
      }
      if (world.violations.length >= mostViolations) yield* Effect.die(new Error("enough is wrong"))
    })
  }

  /** Since when they start or stop is old where a full disk kept what came after it from the record of another daemon. */
  private aged(instances: ReadonlyArray<ActualInstance>): ReadonlyArray<ActualInstance> {
    if (!this.machine.hasDiedFull) return instances
    return instances.map((it) =>
      it.state === "STARTING" || it.state === "STOPPING"
        ? { ...it, since: Math.max(it.since, this.foundAt) }
        : it
    )
  }

  private get nextAt(): number {
    const { alarms, machine } = this
    const all = [...alarms, ...(machine.life?.alarms ?? [])].map(({ at }) => at)
    return Math.min(machine.world.nextAt ?? Number.POSITIVE_INFINITY, ...all)
  }

  private advanceTo(at: number): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const { clock, machine, turns } = this
      const { world } = machine
      yield* this.settle()
      for (;;) {
        const next = Math.min(this.nextAt, at)
        yield* clock.setTime(Math.max(next, world.now()))
        yield* turns.idle
        world.fire()
        yield* this.settle()
        if (next >= at) return
      }
    })
  }

  private collide(work: Effect.Effect<void>): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const { clock, machine, turns } = this
      const { world } = machine
      const at = world.nextAt
      if (at === null || at <= world.now()) return yield* Effect.andThen(work, this.settle())
      world.fired.add("exitWithStop")
      yield* this.advanceTo(at - 1)
      yield* clock.setTime(at)
      if (this.stage.own.chance(0.5)) yield* turns.idle
      if (this.stage.own.chance(0.5)) {
        world.fire()
        yield* work
      } else {
        yield* work
        world.fire()
      }
      yield* this.settle()
    })
  }
}

/** One whole daemon over the machine: the real one, but for its os/, its files and its log plane. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import type * as TestClock from "effect/testing/TestClock"
import { transition } from "../../../../src/core/transition.ts"
import { Events } from "../../../../src/events/Events.ts"
import { EventsLive } from "../../../../src/events/EventsLive.ts"
import { OperatorLive } from "../../../../src/reconcile/OperatorLive.ts"
import { Reconciler } from "../../../../src/reconcile/Reconciler.ts"
import { reconcilerLive } from "../../../../src/reconcile/ReconcilerLive.ts"
import { Launcher } from "../../../../src/supervise/Launcher.ts"
import { Supervisor } from "../../../../src/supervise/Supervisor.ts"
import { supervisorLive } from "../../../../src/supervise/SupervisorLive.ts"
import { TransitionFunction } from "../../../../src/supervise/TransitionFunction.ts"
import { simFiles } from "../../world/simFiles.ts"
import { simHealth } from "../../world/simHealth.ts"
import { simHooks } from "../../world/simHooks.ts"
import { simLaunch } from "../../world/simLaunch.ts"
import { wrap } from "../../world/simOs.ts"
import type { Turns } from "../../world/turns.ts"
import type { CrashPlant } from "./CrashPlant.ts"
import { crashLogs } from "./crashLogs.ts"
import { crashOs } from "./crashOs.ts"
import { crashStore } from "./crashStore.ts"
import { gateOf, type Life } from "./Life.ts"
import type { Machine } from "./Machine.ts"
import { mortalClock } from "./mortalClock.ts"

export const beginLife = (machine: Machine, turns: Turns): Life => {
  const number = machine.deaths + 1
  const life: Life = {
    number,
    pid: machine.host(number),
    scheduler: turns.mortal(() => !life.dead),
    alarms: new Set(),
    gate: gateOf(
      () => life,
      machine,
      (it) => machine.kill(it)
    ),
    adopted: new Map(),
    outsiders: [],
    dead: false,
    daemon: null,
    wakeReaper: () => undefined,
    wakeLogs: () => undefined
  }
  machine.life = life
  machine.world.note(`daemon ${number} begins`)
  return life
}

/** Comes up, and then runs until it dies. */
export const runLife = (
  machine: Machine,
  life: Life,
  clock: TestClock.TestClock,
  plant: CrashPlant
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const daemon = yield* Layer.buildWithScope(layers(machine, life, plant), Scope.makeUnsafe())
    life.daemon = daemon
    yield* Context.get(daemon, Reconciler).run
  }).pipe(inLife(machine, life, clock))

/** Something that somebody asks of this daemon; whether it came back with an answer. */
export const inLife =
  (machine: Machine, life: Life, clock: TestClock.TestClock) =>
  (work: Effect.Effect<unknown, unknown>): Effect.Effect<void> =>
    work.pipe(
      Effect.exit,
      Effect.flatMap((exit) =>
        Effect.sync(() => {
          if (!life.dead && Exit.isFailure(exit)) machine.world.wrong(`it broke: ${String(exit)}`)
        })
      ),
      Effect.provideService(Clock.Clock, mortalClock(clock, life)),
      Effect.provide(Logger.layer([logInto(machine, life)])),
      Random.withSeed(life.number),
      Effect.provideService(Scheduler.Scheduler, life.scheduler)
    )

const logInto = ({ world }: Machine, life: Life) =>
  Logger.make<unknown, void>(({ message }) => {
    if (life.dead) return
    const text = (Array.isArray(message) ? message : [message]).map(String).join(" ")
    world.note(`log: ${text}`)
  })

const layers = (machine: Machine, life: Life, plant: CrashPlant) => {
  const supervisor = Layer.effect(
    Supervisor,
    Effect.map(Supervisor, (real) => wrap(real, plant.supervisor, machine.world))
  ).pipe(Layer.provide(supervisorLive({ logDirectory: "/logs", serverUrl: null })))
  const events = Layer.effect(
    Events,
    Effect.map(Events, (real) => wrap(real, plant.events, machine.world))
  ).pipe(Layer.provide(EventsLive))
  return OperatorLive.pipe(
    Layer.provideMerge(reconcilerLive({ entries: ["/programs"], mode: "auto", who: "sim" })),
    Layer.provideMerge(supervisor),
    Layer.provide(simFiles(machine.files)),
    Layer.provide(events),
    Layer.provide(
      Layer.mergeAll(
        crashOs(machine, life, plant),
        crashLogs(machine, life, plant),
        crashStore(machine, life, plant),
        launcher(machine, life),
        simHealth(machine.world),
        simHooks(machine.world)
      )
    ),
    Layer.provide(
      Layer.succeedContext(
        Context.make(TransitionFunction, plant.transition?.(transition) ?? transition)
      )
    )
  )
}

const launcher = ({ world }: Machine, { gate }: Life) =>
  Layer.succeed(Launcher, {
    launch: (spec, spawnId) =>
      gate(
        `launch ${spec.key}`,
        Effect.sync(() => {
          world.attempt({ at: world.now(), key: spec.key, spawnId, spec })
          return simLaunch(spec, spawnId)
        })
      ),
    beside: (spec, command) =>
      gate(
        `launch beside ${spec.key}`,
        Effect.sync(() => {
          // From here on it counts what the instance is to be.
          if (command[0] === "beforeStart") {
            world.onAttempt({ at: world.now(), key: spec.key, spawnId: "", spec })
          }
          return simLaunch(spec, "").request
        })
      )
  })

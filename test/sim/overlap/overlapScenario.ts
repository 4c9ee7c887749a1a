/**
 * Programs that are replaced with overlap and read files anew: saves, changed files, commands by hand, on a machine in trouble,
 * under daemons that die. Then the trouble ends, and one process of each instance is left, which is the daemon's. Some runs are
 * quiet: there each step has exactly the effects that it is to have.
 */
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { InstanceKey } from "../../../src/domain/Instance.ts"
import { Capacity } from "../world/Capacity.ts"
import type { Dice } from "../world/Dice.ts"
import { calm, shutDown } from "../world/endings.ts"
import type { Play } from "../world/Play.ts"
import type { Stage } from "../world/simulate.ts"
import type { MortalMachine } from "./MortalMachine.ts"
import { playQuiet } from "./quietSteps.ts"
import type { Succession } from "./Succession.ts"
import { playTroubled } from "./troubledSteps.ts"

export interface OverlapStage extends Stage {
  readonly machine: MortalMachine
  /** For what other scenarios have no words for. */
  readonly own: Dice
  /** What was asked of the daemon that lives, and has not come back. */
  readonly open: Set<string>
  /** A daemon begins. */
  readonly boot: Effect.Effect<void>
  /** Asks something of the daemon that lives. */
  readonly inDaemon: (name: string, work: Effect.Effect<unknown, unknown>) => Effect.Effect<void>
}

export interface OverlapPlay {
  readonly stage: OverlapStage
  readonly succession: Succession
  /** So many things were drawn. */
  count: number
}

export const overlapScenario = (stage: OverlapStage, succession: Succession): Effect.Effect<void> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const capacity = new Capacity(watchedOf(stage))
    succession.onFound = (instances) => capacity.resume(instances)
    const play: OverlapPlay = { stage, succession, count: 0 }
    yield* stage.dice.chance(0.25) ? playQuiet(play) : playTroubled(play)
    stage.machine.doom = null
    stage.files.broken = false
    yield* untilUp(stage)
    // From here on no daemon dies, so that this one is asked all of it.
    const ending: Play = { ...stage, scope, count: 1_000, precedence: null, made: new Map() }
    yield* calm(ending)
    yield* stage.settle
    const waiting = yield* waitingFor(stage)
    succession.checkEnd(yield* stage.supervisor.snapshot, waiting)
    yield* shutDown(ending)
  }).pipe(Effect.scoped)

/** What waits still for a new process, with its reason; and the whole plan for those who read of a failure. */
const waitingFor = ({ reconciler, world }: OverlapStage): Effect.Effect<ReadonlySet<InstanceKey>> =>
  reconciler.plan.pipe(
    Effect.map(({ plan: { actions, drift, held } }) => {
      const left = actions.map(({ address, kind }) => `${kind} ${address}`)
      const lines = drift.map(({ address, text }) => `${address}: ${text}`)
      const texts = held.map(({ text }) => text)
      world.note(`the plan: ${[...left, ...lines, ...texts].join("; ")}`)
      const waiting = drift.filter(({ kind }) => kind === "waiting" || kind === "lacking")
      return new Set([...actions, ...waiting].map(({ instance }) => instance))
    }),
    Effect.orElseSucceed(() => new Set<InstanceKey>())
  )

/** What is announced while a daemon comes up is judged by nothing, and who is out by nothing that was never on record. */
const watchedOf = (stage: OverlapStage) => {
  const isUp = () => stage.machine.life?.daemon != null
  const nothing = { accepted: null, loaded: null }
  const peek = () => {
    const now = stage.world.now()
    return isUp() ? stage.supervisor.peek().map((it) => asDecidedBy(it, now)) : []
  }
  return {
    observer: stage.observer,
    world: stage.world,
    supervisor: { peek },
    reconciler: {
      content: () => (isUp() && !stage.machine.hasDiedFull ? stage.reconciler.content() : nothing)
    }
  }
}

/** An end that is not announced in its moment so far was not known when it was decided to replace another one. */
const asDecidedBy = (it: ActualInstance, now: number): ActualInstance => {
  const hasJustEnded = it.state === "RUNNING" && it.process === null && it.stoppedAt === now
  return hasJustEnded ? { ...it, ready: wasReady } : it
}

const wasReady = { ok: true, since: 0, successes: 1, failures: 0, last: null } as const

/** A daemon is up, whatever died before. */
export const untilUp = ({ advanceTo, machine, world }: OverlapStage): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let tries = 0; tries < 20 && machine.life?.daemon == null; tries += 1) {
      yield* advanceTo(world.now() + 1_000)
    }
    if (machine.life?.daemon == null) yield* Effect.die(new Error("no daemon comes up"))
  })

/** Keeps account of what happened to the programs of a run, whoever was the daemon, and says what must not be. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { canonicalJson } from "../../../../src/core/canonicalJson.ts"
import type { ActualInstance } from "../../../../src/domain/Actual.ts"
import type { Plan } from "../../../../src/domain/Plan.ts"
import { Reconciler } from "../../../../src/reconcile/Reconciler.ts"
import { Supervisor } from "../../../../src/supervise/Supervisor.ts"
import { steady } from "../../world/scripts.ts"
import { SIGKILL, type SimProcess } from "../../world/World.ts"
import { checkJournal } from "./checkJournal.ts"
import { checkOutput, checkRemains } from "./checkRemains.ts"
import type { Trial } from "./crashRun.ts"
import { bookOf } from "./crashStore.ts"
import type { Daemon, Life } from "./Life.ts"
import type { Machine } from "./Machine.ts"
import { type Piece, textOf } from "./Pipes.ts"
import type { Errand } from "./Story.ts"

export interface Ending {
  /** By address: state, whether it has what is declared, what holds it. */
  readonly instances: Readonly<Record<string, string>>
  /** How often each program was started, by its first name. */
  readonly starts: Readonly<Record<string, number>>
}

export class Ledger {
  /** What the operator is about to do. */
  readonly errands: Array<Errand> = []
  /** Those that have not come back yet, and from whom. */
  readonly begun = new Map<Errand, Life>()
  readonly ends: Array<SimProcess> = []
  readonly lost: Array<Piece> = []
  ending: Ending | null = null
  private readonly starts = new Map<string, number>()
  private readonly machine: Machine
  private readonly trial: Trial

  constructor(machine: Machine, trial: Trial) {
    this.machine = machine
    this.trial = trial
    machine.scriptOf = (spawnId) => {
      const lives = trial.story.lives[this.programOf(spawnId)] ?? []
      const script = lives[this.starts.get(this.programOf(spawnId)) ?? 0] ?? lives.at(-1)
      return { ...steady, ...script }
    }
    machine.world.onStart = (process) => this.started(process)
    machine.onProgramEnd = (process) => this.ended(process)
    machine.pipes.onLost = (piece) => {
      this.lost.push(piece)
      if (!this.mayLose) machine.world.wrong(`${textOf(piece)} is lost`)
    }
  }

  /** Its first name. */
  programOf(spawnId: string): string {
    const name = this.machine.world.attempts.find((it) => it.spawnId === spawnId)?.spec.name ?? "?"
    return this.firstNameOf(name)
  }

  firstNameOf(name: string): string {
    return this.trial.story.renamed[name] ?? name
  }

  /** What nobody held, and what nobody knew whose it was. */
  get mayLose(): boolean {
    const { keeper, runtime } = this.machine.disaster
    return keeper === true || runtime === true
  }

  cutErrands(life: Life): ReadonlyArray<Errand> {
    const cut = [...this.begun].filter(([, by]) => by !== life).map(([errand]) => errand)
    for (const errand of cut) this.begun.delete(errand)
    return cut
  }

  /** Under which name it was known is lost as well. */
  private isForgotten(program: string): boolean {
    const { renamed } = this.trial.story
    return this.machine.disaster.runtime === true && Object.values(renamed).includes(program)
  }

  private started({ pid, spawnId }: SimProcess): void {
    const { world } = this.machine
    const program = this.programOf(spawnId ?? "")
    this.starts.set(program, (this.starts.get(program) ?? 0) + 1)
    for (const other of world.leaders) {
      if (other.pid === pid || this.programOf(other.spawnId ?? "") !== program) continue
      if (this.isForgotten(program)) continue
      world.wrong(`${program} was started as pid ${pid} while pid ${other.pid} of it lives`)
    }
  }

  /** Who ends when asked to is not killed. */
  private ended(process: SimProcess): void {
    this.ends.push(process)
    const { disaster, world } = this.machine
    const { pid, script, status } = process
    const killed = status.kind === "signal" && status.number === SIGKILL
    if (!killed || script.termAfterMs === null || disaster.pauseMs !== undefined) return
    world.wrong(`pid ${pid} was killed, and would have ended when asked to`)
  }

  /** At each rest: every process is somebody's. */
  get look(): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const { life, world } = this.machine
      if (life?.daemon == null) return
      const supervisor = Context.get(life.daemon, Supervisor)
      const instances = yield* supervisor.snapshot
      const held = new Set(instances.flatMap(({ process }) => process?.pid ?? []))
      const unclaimed = new Set((yield* supervisor.unclaimed).map(({ pid }) => pid))
      for (const { pid } of world.leaders) {
        if (!held.has(pid) && !unclaimed.has(pid)) world.wrong(`pid ${pid} lives, and is nobody's`)
        if (held.has(pid) && unclaimed.has(pid)) world.wrong(`pid ${pid} is said to be nobody's`)
      }
      for (const { process, spec } of instances) {
        if (process === null || world.processes.has(process.pid)) continue
        world.wrong(`${spec.address} has pid ${process.pid}, which is gone`)
      }
    })
  }

  close(daemon: Daemon): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const { machine } = this
      const { world } = machine
      for (const [{ text }] of this.begun) world.wrong(`${text} never came back`)
      const instances = yield* Context.get(daemon, Supervisor).snapshot
      const reconciler = Context.get(daemon, Reconciler)
      const { pin } = yield* reconciler.status
      // What is pinned counts, and not what the files say.
      const { plan } = yield* Effect.orDie<{ readonly plan: Plan }, unknown, never>(
        pin === null ? reconciler.plan : reconciler.planRollback(pin.generation)
      )
      for (const { address, kind } of plan.actions) {
        world.wrong(`the plan still wants ${kind} of ${address}`)
      }
      for (const { process, spec } of instances) {
        if (process === null) continue
        const limits = world.limits.get(process.spawnId) ?? null
        if (canonicalJson(limits) === canonicalJson(spec.definition.limits)) continue
        world.wrong(`${spec.address} has other limits than are declared`)
      }
      for (const { override, process, spec } of instances) {
        if (override?.kind !== "stopped" || process === null) continue
        world.wrong(`${spec.address} runs, and an operator stopped it`)
      }
      this.ending = {
        instances: Object.fromEntries(instances.map((it) => [it.spec.address, textOfInstance(it)])),
        starts: Object.fromEntries([...this.starts].sort())
      }
      yield* checkJournal(machine, this)
      checkOutput(machine, this)
      yield* checkRemains(machine, bookOf(machine), instances)
      this.compare(this.ending)
    })
  }

  /** What a crash must not change. */
  private compare(ending: Ending): void {
    const { expected, story } = this.trial
    const { disaster, nobodys, world } = this.machine
    if (expected === null) return
    const forgotten = disaster.runtime === true || disaster.state === true
    if (forgotten || disaster.diskFull === true || nobodys.size > 0) return
    for (const [address, text] of Object.entries(expected.instances)) {
      const now = ending.instances[address]
      if (now !== text) world.wrong(`${address} is ${now ?? "gone"} and not ${text}`)
    }
    for (const address of Object.keys(ending.instances)) {
      if (expected.instances[address] === undefined) world.wrong(`${address} is there`)
    }
    for (const [program, starts] of Object.entries(expected.starts)) {
      const now = ending.starts[program] ?? 0
      const more = story.restartedByCrash.includes(program) ? this.machine.deaths : 0
      // How long one lived that ended while no daemon did is not known.
      if (this.machine.pausedMs > longPauseMs && story.shortLived.includes(program)) continue
      if (now < starts || now > starts + more) {
        world.wrong(`${program} was started ${now} times and not ${starts}`)
      }
    }
  }
}

/** Longer than this without a daemon, and a program of the stories may seem to have come up. */
const longPauseMs = 150

const textOfInstance = ({ override, spec, started, state }: ActualInstance): string =>
  [
    state,
    started?.revision === spec.revision ? "as declared" : "with another definition",
    override === null ? "" : `held ${override.kind}`
  ].join(", ")

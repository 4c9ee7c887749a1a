/**
 * What holds of programs whose processes are replaced with overlap, judged by what the machine knows of its processes and by what
 * is announced, without any of the code that decides it.
 */
import { besideKey, isBeside, ownKey } from "../../../src/core/besideKey.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { EventBody } from "../../../src/domain/Event.ts"
import type { InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import type { Observer } from "../world/Observer.ts"
import { SIGKILL, type SimProcess } from "../world/World.ts"
import { readyAt, surelyServes } from "./health.ts"
import type { OverlapStage } from "./overlapScenario.ts"
import { reloadSignal } from "./programs.ts"
import { Reloads } from "./Reloads.ts"

type Watched = Pick<OverlapStage, "machine" | "observer" | "reconciler" | "supervisor" | "world">

/** A process life of a program. */
export interface OneLife {
  /** Of the instance that it is, or was, or is to be a process of; follows renames. */
  key: InstanceKey
  readonly spec: InstanceSpec
  readonly process: SimProcess
  readonly startedBeside: boolean
  /** It was, or is, the process of its instance. */
  hadPlace: boolean
  stoppedAt: number | null
  /** Who got its place. */
  heir: OneLife | null
  /** How often it was sent SIGKILL: after three nobody waits for its end. */
  kills: number
}

export class Succession {
  readonly lives = new Map<string, OneLife>()
  readonly tally = new Map<string, number>()
  readonly reloads: Reloads
  /** Another daemon goes on with these. */
  onFound: (instances: ReadonlyArray<ActualInstance>) => void = () => undefined
  private readonly stage: Watched
  /** They were being stopped by hand as the daemon died. */
  private readonly unsure = new Set<InstanceKey>()
  /** Lives of which a full disk kept even the program from the record: they are told of, and wait for one of their name. */
  private readonly unclaimed = new Set<string>()
  /** Since when each instance is RUNNING, as it was announced. */
  private readonly runningSince = new Map<InstanceKey, number>()
  /** Nobody declared them as their stop began, which may take its time until it comes to a signal. */
  private readonly undeclared = new Set<InstanceKey>()

  constructor(stage: Watched) {
    this.stage = stage
    const { observer, world } = stage
    this.reloads = new Reloads(stage, this.lives)
    const { heard } = observer
    observer.heard = (body) => {
      heard(body)
      this.heard(body)
    }
    const { onSignal, onStart } = world
    world.onSignal = (pid, signal) => {
      onSignal(pid, signal)
      this.signalled(pid, signal)
    }
    world.onStart = (process) => {
      onStart(process)
      this.started(process)
    }
  }

  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1)
  }

  /** What an observer knows, and that what is beside others is nobody's while that is so. */
  judged({ ghosts, over }: Observer, unclaimed: ReadonlyArray<number>) {
    const { attempts, processes, unjournaled } = this.stage.world
    for (const pid of unclaimed) this.unclaimed.add(processes.get(pid)?.spawnId ?? "")
    const beside = attempts.flatMap(({ key, spawnId }) => (isBeside(key) ? [spawnId] : []))
    const unknown = beside.filter((spawnId) => unjournaled.has(spawnId))
    return {
      ghosts: new Set([...ghosts, ...unknown, ...this.unclaimed]),
      over: new Set([...over, ...beside])
    }
  }

  /** The daemon died: what had begun is counted. */
  lost(asked: ReadonlySet<string>): void {
    for (const key of this.stage.observer.stoppedByHand) {
      if ([...asked].some((label) => label.startsWith(`stop ${key} `))) this.unsure.add(key)
    }
    this.count("death")
    const open = [...this.lives.values()].some(
      ({ hadPlace, process, startedBeside }) => startedBeside && !hadPlace && !process.dead
    )
    if (open) this.count("deathInSuccession")
    this.reloads.lost()
  }

  /** Another daemon is up: who has which place it says itself. */
  found(instances: ReadonlyArray<ActualInstance>): void {
    this.onFound(instances)
    const { machine, observer } = this.stage
    if (machine.diedFull) {
      for (const { ready, since, spec } of instances) {
        const isUnseen = spec.definition.ready !== null && ready?.ok !== true
        this.runningSince.set(spec.key, isUnseen ? this.stage.world.now() : since)
      }
    }
    const held = new Map(instances.map(({ override, spec }) => [spec.key, override]))
    // Whether a stop got as far as the record is known only now.
    for (const key of this.unsure) if (held.get(key) == null) observer.stoppedByHand.delete(key)
    this.unsure.clear()
    for (const { process, spec } of instances) {
      const life = this.lives.get(process?.spawnId ?? "")
      if (life === undefined) continue
      this.give(life, spec.key)
    }
  }

  private give(life: OneLife, key: InstanceKey): void {
    const { world } = this.stage
    for (const attempt of world.attempts) {
      if (attempt.spawnId === life.process.spawnId) attempt.key = key
      else if (attempt.key === key && this.isThere(attempt.spawnId)) {
        attempt.key = besideKey(key, `${attempt.spawnId}-old`)
        if (world.diskFull) world.unjournaled.add(attempt.spawnId)
      }
    }
    if (world.diskFull) world.unjournaled.add(life.process.spawnId ?? "")
    for (const other of this.lives.values()) {
      if (other !== life && other.key === key && other.hadPlace) other.heir ??= life
    }
    life.key = key
    life.hadPlace = true
  }

  /** It lives, or nobody has heard of its end so far. */
  private isThere(spawnId: string): boolean {
    const process = this.lives.get(spawnId)?.process
    return process !== undefined && this.stage.world.processes.get(process.pid) === process
  }

  private started(process: SimProcess): void {
    const { world } = this.stage
    const attempt = world.attempts.find(({ spawnId }) => spawnId === process.spawnId)
    if (attempt === undefined) return
    const { key, spawnId, spec } = attempt
    const startedBeside = isBeside(key)
    if (startedBeside) this.count("beside")
    const life = {
      key: ownKey(key),
      spec,
      process,
      startedBeside,
      stoppedAt: null,
      heir: null,
      kills: 0
    }
    this.lives.set(spawnId, { ...life, hadPlace: !startedBeside })
  }

  private heard(body: EventBody): void {
    if (body.kind === "renamed") this.renamed(body)
    if (body.kind === "generation" && body.outcome === "rolledBack") this.count("rolledBack")
    if (body.kind === "succession") {
      if (body.failed === null) this.succeeded(body)
      else this.count("failed")
    }
    if (body.kind !== "state") return
    const { from, instance, to } = body
    this.undeclared.delete(instance)
    if (to === "STOPPING") this.judgeBegin(body)
    if (to === "RUNNING") this.runningSince.set(instance, this.stage.world.now())
    else if (from !== "RUNNING") this.runningSince.delete(instance)
  }

  private renamed({ from, instance }: EventBody & { readonly kind: "renamed" }): void {
    const { observer, world } = this.stage
    const before = [...observer.known].find(([, { address }]) => address === from)?.[0]
    if (before === undefined) return
    for (const life of this.lives.values()) if (life.key === before) life.key = instance
    for (const attempt of world.attempts) {
      if (isBeside(attempt.key) && ownKey(attempt.key) === before) {
        attempt.key = besideKey(instance, attempt.spawnId)
      }
    }
    const upAt = this.runningSince.get(before)
    if (upAt !== undefined) this.runningSince.set(instance, upAt)
    this.reloads.renamed(before, instance)
  }

  private succeeded({ before, instance, pid }: EventBody & { readonly kind: "succession" }): void {
    const { observer, world } = this.stage
    this.count("succession")
    const life = [...this.lives.values()].find(
      ({ key, process }) => key === instance && process.pid === pid && !process.dead
    )
    // It may have died in this very moment.
    if (life === undefined) return
    this.give(life, instance)
    if (!this.wasReady(life)) {
      world.wrong(`pid ${pid} takes the place of pid ${before} of ${instance} and was never ready`)
    }
    const known = observer.known.get(instance)
    if (known === undefined) return
    this.runningSince.set(instance, Math.min(world.now(), life.process.bornAt))
    Object.assign(known, { spec: life.spec, failures: 0, unsure: true, ready: true })
  }

  /** Early: a probe sees it later. */
  private wasReady({ process, spec }: OneLife): boolean {
    const at = readyAt(process.script, spec.definition)
    if (at === null) return false
    const isKnown = process.dead && process.script.exitLateMs === 0
    const end = isKnown ? (process.dieAt ?? 0) : this.stage.world.now()
    return process.bornAt + at + (spec.definition.update.minReadyMs ?? 0) <= end
  }

  private signalled(pid: number, signal: number): void {
    const { world } = this.stage
    const process = world.processes.get(pid)
    const life = this.lives.get(process?.spawnId ?? "")
    if (signal === 0 || process?.dead !== false || life === undefined) return
    if (signal === SIGKILL) life.kills += 1
    if (signal === reloadSignal.number) this.reloads.signalled(life)
    else if (life.stoppedAt === null) {
      life.stoppedAt = world.now()
      if (!world.closing) this.judgeStop(life)
    }
  }

  private peek(): ReadonlyArray<ActualInstance> {
    const { machine, supervisor } = this.stage
    return machine.life?.daemon == null ? [] : supervisor.peek()
  }

  private judgeStop(life: OneLife): void {
    const now = this.peek().find(({ spec }) => spec.key === life.key)
    if (now === undefined || now.process === null) return
    if (now.process.spawnId === life.process.spawnId) this.judgePlain(life, now)
    else if (life.hadPlace) this.judgeFormer(life, now.process.spawnId)
  }

  /** It has lost its place: the one that has it now was ready before that. */
  private judgeFormer(life: OneLife, spawnId: string): void {
    const other = life.heir ?? this.lives.get(spawnId)
    if (other === undefined || this.wasReady(other)) return
    const pids = `pid ${life.process.pid} of ${life.key} is stopped, and pid ${other.process.pid}`
    this.stage.world.wrong(`${pids} was never ready`)
  }

  private wanted(key: InstanceKey): InstanceSpec | undefined {
    const { machine, reconciler } = this.stage
    if (machine.life?.daemon == null) return undefined
    const programs = reconciler.content().accepted?.programs ?? []
    return programs.flatMap(({ instances }) => instances).find((it) => it.key === key)
  }

  /** A plan replaces no process of the revision that it wants. */
  private judgeBegin({ instance, reason }: EventBody & { readonly kind: "state" }): void {
    const { observer, world } = this.stage
    if (reason?.kind !== "plan") return
    if (reason.text === "removed" && this.wanted(instance) === undefined) {
      this.undeclared.add(instance)
    }
    if (reason.text !== "fields" || observer.isBetween) return
    const now = this.peek().find(({ spec }) => spec.key === instance)
    const life = this.lives.get(now?.process?.spawnId ?? "")
    if (now === undefined || life === undefined || now.mustRestart !== null) return
    // What could not be written down is not known of the process.
    if (world.unjournaled.has(life.process.spawnId ?? "")) return
    if (this.wanted(instance)?.revision !== life.spec.revision) return
    world.wrong(`${instance} is stopped and runs what is wanted`)
  }

  /** Stopped as the process of its instance: none that serves is, where another one could have been ready before. */
  private judgePlain(life: OneLife, now: ActualInstance): void {
    const { machine, observer, world } = this.stage
    const { mustRestart, override, reason, since, spec } = now
    if (reason?.kind !== "plan" && reason?.kind !== "fileChanged") return
    // That it is ready was not to be read anywhere, and nobody has looked so far.
    if (machine.diedFull && observer.isBetween && spec.definition.ready !== null) return
    if (world.unjournaled.has(life.process.spawnId ?? "")) return
    const wanted = this.undeclared.has(life.key) ? undefined : this.wanted(life.key)
    if (wanted === undefined || mustRestart !== null || override?.kind === "stopped") return
    const isPrepared = [life.spec, spec, wanted].every(
      ({ definition }) => definition.update.strategy === "overlap"
    )
    const upAt = this.runningSince.get(life.key) ?? Number.POSITIVE_INFINITY
    if (!isPrepared || !surelyServes(life.process, spec.definition, upAt, since)) return
    world.wrong(`${life.key} (${spec.address}) serves and is stopped before another one does`)
  }

  /** At a rest. */
  check(instances: ReadonlyArray<ActualInstance>): void {
    const { world } = this.stage
    const unknown = new Set(
      instances.flatMap((it) => (it.state === "UNKNOWN" ? [it.spec.key] : []))
    )
    const living = new Map<InstanceKey, Array<number>>()
    for (const { key, kills, process } of this.lives.values()) {
      if (process.dead || process.script.refusesSignals || kills >= 3) continue
      living.set(key, [...(living.get(key) ?? []), process.pid])
    }
    for (const [key, pids] of living) {
      if (pids.length <= 2 || unknown.has(key)) continue
      world.wrong(`${key} has ${pids.length} processes: ${pids.join(" ")}`)
    }
  }

  /** At the end of a calm: one process an instance, and nothing beside it. */
  checkEnd(instances: ReadonlyArray<ActualInstance>, waiting: ReadonlySet<InstanceKey>): void {
    const { world } = this.stage
    const held = new Map(instances.map((it) => [it.process?.spawnId ?? "", it] as const))
    for (const [spawnId, { key, process }] of this.lives) {
      if (process.dead || process.script.refusesSignals || held.has(spawnId)) continue
      if (this.unclaimed.has(spawnId)) continue
      world.wrong(`pid ${process.pid} of ${key} lives, and another one, or none, has its place`)
    }
    for (const { spec, successor } of instances) {
      if (successor !== null && successor.failed === null) {
        world.wrong(`${spec.key} waits for ever for pid ${successor.pid} to take its place`)
      }
    }
    this.reloads.checkEnd(instances.filter(({ spec }) => !waiting.has(spec.key)))
  }
}

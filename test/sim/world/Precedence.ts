/**
 * What holds of programs that need each other, judged by what is announced and without any of the code that decides it: who
 * starts before its time, who waits for nothing.
 */
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { Dependency } from "../../../src/domain/Dependency.ts"
import type { EventBody } from "../../../src/domain/Event.ts"
import type { InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import type { Observer } from "./Observer.ts"
import { TaskRuns } from "./TaskRuns.ts"
import type { World } from "./World.ts"

export class Precedence {
  private readonly names = new Map<string, string>()
  private readonly before = new Map<string, string>()
  private readonly runs: TaskRuns
  private readonly last = new Map<InstanceKey, InstanceSpec>()
  private readonly world: World
  private readonly peek: () => ReadonlyArray<ActualInstance>

  constructor(world: World, observer: Observer, peek: () => ReadonlyArray<ActualInstance>) {
    this.world = world
    this.peek = peek
    const signalled = world.onSignal
    world.onSignal = (pid, signal) => {
      signalled(pid, signal)
      if (signal !== 0) this.checkStop(pid, observer.stoppingBefore)
    }
    this.runs = new TaskRuns(world, observer, peek)
    observer.heard = (body) => {
      this.heard(body)
      this.runs.heard(body)
    }
    observer.closed = () => {
      for (const { spec } of this.peek()) this.last.set(spec.key, spec)
    }
    observer.waveOf = (key, tried) => {
      const now = this.peek().find(({ spec }) => spec.key === key)?.spec
      return this.waveOf(now ?? tried, new Set())
    }
  }

  /** Names of what is not there for an instance of this specification. */
  missing(spec: InstanceSpec): ReadonlyArray<string> {
    return Object.entries(spec.definition.dependsOn).flatMap(([name, dependency]) =>
      this.isThere(dependency, this.staying(name)) ? [] : [name]
    )
  }

  /** Nothing may wait for what is there. To be asked while nothing happens. */
  checkWaits(): void {
    if (this.world.closing) return
    for (const { reason, spec, state } of this.peek()) {
      if (state !== "STOPPED" || reason?.kind !== "waiting") continue
      if (this.missing(spec).length === 0) this.world.wrong(`${spec.key} waits for nothing`)
    }
  }

  /** At a shutdown what others need outlives them. */
  private checkStop(pid: number, before: ReadonlySet<InstanceKey>): void {
    if (!this.world.closing) return
    const all = this.peek()
    const target = all.find(({ process }) => process?.pid === pid)
    if (target === undefined || before.has(target.spec.key)) return
    const { key, program } = target.spec
    for (const other of all) {
      if (!Object.hasOwn(this.whenClosed(other.spec).definition.dependsOn, program)) continue
      if (!isUp(other)) continue
      this.world.wrong(
        `${key} is stopped while ${other.spec.key}, which needs it, is ${other.state}`
      )
    }
  }

  /** A shutdown goes by what is when it begins; a save that is applied beside it may still change what needs what. */
  private whenClosed(spec: InstanceSpec): InstanceSpec {
    return this.last.get(spec.key) ?? spec
  }

  /** What was written before means the program still. */
  renamed(from: string, to: string): void {
    this.names.set(from, to)
    this.before.set(to, from)
  }

  /** What is being removed counts for nobody any more. */
  private staying(name: string): ReadonlyArray<ActualInstance> {
    return this.instancesOf(name).filter(({ spec }) => !this.world.leaving.has(spec.key))
  }

  /** By the name that it has now, was given since, or has again as that was undone. */
  private instancesOf(name: string): ReadonlyArray<ActualInstance> {
    const all = this.peek()
    for (const one of [name, ...follow(this.names, name), ...follow(this.before, name)]) {
      const found = all.filter(({ spec }) => spec.program === one)
      if (found.length > 0) return found
    }
    return []
  }

  /** Asked when a start is announced: a hook before it may take its time. */
  private checkStart(instance: InstanceKey): void {
    const found = this.peek().find(({ spec }) => spec.key === instance)
    if (found === undefined) return
    for (const name of this.missing(found.spec)) {
      // In one instant it may have gone, or begun to go, or its end be known and not be announced yet.
      if (this.instancesOf(name).some((it) => this.isNew(it) || this.hasEnded(it))) continue
      const states = this.instancesOf(name).map(({ spec: it, state }) => `${it.key} ${state}`)
      const edge = JSON.stringify(found.spec.definition.dependsOn[name])
      this.world.wrong(
        `${instance} is started, and not there is ${name} (${edge}): ${states.join()}`
      )
    }
  }

  /** What it is it became in this instant, or is no more from this instant on. */
  private isNew({ since, spec }: ActualInstance): boolean {
    const leftAt = this.world.leaving.get(spec.key) ?? Number.NEGATIVE_INFINITY
    return this.world.now() - Math.max(since, leftAt) <= 1
  }

  private hasEnded({ process, state, stoppedAt }: ActualInstance): boolean {
    if (process === null) {
      return state === "RUNNING" || (stoppedAt !== null && this.world.now() - stoppedAt <= 1)
    }
    const real = this.world.processes.get(process.pid)
    // Its number may be a stranger's already.
    return real === undefined || real.dead || real.spawnId !== process.spawnId
  }

  private heard(body: EventBody): void {
    if (body.kind === "state" && body.to === "STARTING") this.checkStart(body.instance)
  }

  private isThere(
    { optional, when }: Dependency,
    instances: ReadonlyArray<ActualInstance>
  ): boolean {
    if (instances.length === 0) return optional
    const there = instances.every((it) => levels[when](it) || (when !== "completed" && isOver(it)))
    return there || (optional && instances.some(isOut))
  }

  /** The lowest wave of a shutdown that it may be stopped in: what needs it is not stopped later. */
  private waveOf(spec: InstanceSpec, seen: Set<string>): number {
    if (seen.has(spec.program)) return spec.groupPriority
    seen.add(spec.program)
    // A program is stopped as one, and any of its instances may run with a definition of before.
    const own = [spec, ...this.instancesOf(spec.program).map((it) => it.spec)].map((it) =>
      this.whenClosed(it)
    )
    const names = new Set(own.flatMap(({ definition }) => Object.keys(definition.dependsOn)))
    const needed = [...names].flatMap((name) => this.instancesOf(name))
    return Math.max(spec.groupPriority, ...needed.map((it) => this.waveOf(it.spec, seen)))
  }
}

const follow = (names: ReadonlyMap<string, string>, from: string): ReadonlyArray<string> => {
  const next = names.get(from)
  return next === undefined ? [] : [next, ...follow(names, next)]
}

const levels = {
  started: ({ process, state }: ActualInstance) =>
    process !== null && ["STARTING", "RUNNING"].includes(state),
  ready: ({ ready, spec, state }: ActualInstance) =>
    state === "RUNNING" && (spec.definition.ready === null || ready?.ok === true),
  completed: ({ reason, state }: ActualInstance) =>
    state === "EXITED" && reason?.kind === "exited" && reason.expected
} as const

/** It was to run once, and did. */
const isOver = (it: ActualInstance): boolean =>
  (it.spec.definition.task !== null || it.spec.definition.restart.when === "never") &&
  levels.completed(it)

const isOut = ({ reason, state }: ActualInstance): boolean =>
  state === "STOPPED"
    ? reason?.kind !== "waiting"
    : ["EXITED", "FATAL", "BACKOFF", "UNKNOWN"].includes(state)

const isUp = ({ state }: ActualInstance): boolean =>
  ["STARTING", "RUNNING", "STOPPING"].includes(state)

/**
 * Who waits for whom. An instance that waits is looked up by what it waits for, so that a change of one program costs as much as
 * programs wait for it, and nothing where none does. Who may go on is told to the waker, once for all changes of a turn.
 */
import { awaited, type Fact } from "../core/dependency/conditions.ts"
import { ProgramNames } from "../core/dependency/ProgramNames.ts"
import { addTo, dropFrom, type SetsByKey } from "../core/dependency/setsByKey.ts"
import { nothingAwaited } from "../core/instanceState.ts"
import { programKey } from "../core/programKey.ts"
import type { Awaited } from "../domain/Dependency.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Reason } from "../domain/State.ts"
import type { Instance, Waiter } from "./Instance.ts"

interface Wait {
  readonly reason: Reason | null
  readonly spec: InstanceSpec
  /** Under what it is found. */
  readonly places: ReadonlyArray<string>
}

export class Dependents {
  /** Is called when somebody was woken. */
  onWoken: () => void = () => undefined

  private readonly names = new ProgramNames()
  private readonly members: SetsByKey<Instance> = new Map()
  /** Under which specification each is known. */
  private readonly placed = new Map<Instance, InstanceSpec>()
  private readonly ears = new Map<Instance, Waiter>()
  /** Who waits, by the keys of programs and by the names as they are written. */
  private readonly waiting: SetsByKey<Instance> = new Map()
  private readonly waits = new Map<Instance, Wait>()
  private readonly woken = new Set<Instance>()

  /** From now on the instance counts, and its changes are heard. */
  enter(instance: Instance): void {
    if (this.placed.has(instance)) return
    const ear = new Ear(this, instance)
    this.ears.set(instance, ear)
    instance.waiters.add(ear)
    this.place(instance)
    this.hear(instance)
  }

  leave(instance: Instance): void {
    const ear = this.ears.get(instance)
    if (ear !== undefined) instance.waiters.delete(ear)
    this.ears.delete(instance)
    this.endWait(instance)
    this.woken.delete(instance)
    this.remove(instance)
  }

  /** The conditions of its dependencies that do not hold now. */
  awaitedBy({ nextSpec, spec }: Instance): ReadonlyArray<Awaited> {
    // What a restart is under way to is what its start will need.
    const { dependsOn } = (nextSpec ?? spec).definition
    if (Object.keys(dependsOn).length === 0) return nothingAwaited
    const found = awaited(dependsOn, (name) => this.factsOf(name))
    return found.length === 0 ? nothingAwaited : found
  }

  /** Keys of the programs that a name of a dependency means, also one that they had before. */
  programsOf(name: string): ReadonlyArray<string> {
    return this.names.programsOf(name)
  }

  /** Those that may have something to start, each once. What their names mean may have changed as well. */
  takeWoken(): ReadonlyArray<Instance> {
    const all = [...this.woken]
    this.woken.clear()
    for (const instance of all) {
      if (!this.waits.has(instance)) continue
      this.endWait(instance)
      if (isWaiting(instance)) this.beginWait(instance)
    }
    return all
  }

  /** What is being removed is there no more. */
  private factsOf(name: string): ReadonlyArray<Fact> {
    return this.names
      .programsOf(name)
      .flatMap((key) => [...(this.members.get(key) ?? [])].filter(isStaying).map(factOf))
  }

  /** One of those that entered may have changed. */
  hear(instance: Instance): void {
    const { spec } = instance
    const before = this.placed.get(instance)
    if (before !== undefined && programKey(before) !== programKey(spec)) {
      dropFrom(this.members, programKey(before), instance)
      this.names.rename(before, spec)
      this.settle(instance)
      this.wakeFor(programKey(before))
    }
    this.wakeFor(programKey(spec))
    const { reason } = instance.machine
    const known = this.waits.get(instance)
    if (isWaiting(instance) && known?.reason === reason && known.spec === spec) return
    this.endWait(instance)
    if (!isWaiting(instance)) return
    this.beginWait(instance)
    // What it waits for may have come while it was on its way here.
    this.wake(instance)
  }

  private place(instance: Instance): void {
    this.names.enter(instance.spec)
    this.settle(instance)
  }

  private settle(instance: Instance): void {
    const { spec } = instance
    this.placed.set(instance, spec)
    addTo(this.members, programKey(spec), instance)
    for (const name of [spec.program, spec.group, `${spec.group}:${spec.program}`]) {
      this.wakeFor(named(name))
    }
  }

  private remove(instance: Instance): void {
    const spec = this.placed.get(instance)
    if (spec === undefined) return
    this.placed.delete(instance)
    this.names.leave(spec)
    dropFrom(this.members, programKey(spec), instance)
    this.wakeFor(programKey(spec))
  }

  private beginWait(instance: Instance): void {
    // Also under the name itself: another program may come to have it, or join the group.
    const places = Object.keys(instance.spec.definition.dependsOn).flatMap((name) => [
      named(name),
      ...this.names.programsOf(name)
    ])
    this.waits.set(instance, { reason: instance.machine.reason, spec: instance.spec, places })
    for (const place of places) addTo(this.waiting, place, instance)
  }

  private endWait(instance: Instance): void {
    for (const place of this.waits.get(instance)?.places ?? [])
      dropFrom(this.waiting, place, instance)
    this.waits.delete(instance)
  }

  private wakeFor(place: string): void {
    for (const other of this.waiting.get(place) ?? []) this.wake(other)
  }

  private wake(instance: Instance): void {
    this.woken.add(instance)
    this.onWoken()
  }
}

/** Each instance has one for as long as it counts, so it is small. */
class Ear implements Waiter {
  readonly dependents: Dependents
  readonly instance: Instance

  constructor(dependents: Dependents, instance: Instance) {
    this.dependents = dependents
    this.instance = instance
  }

  get follows(): boolean {
    return false
  }

  look(changed: Instance): boolean {
    this.dependents.hear(changed)
    return false
  }

  gone(): void {
    this.dependents.leave(this.instance)
  }
}

const isWaiting = ({ machine }: Instance): boolean =>
  machine.state === "STOPPED" && machine.reason?.kind === "waiting"

/** No key of a program has a blank. */
const named = (name: string): string => `? ${name}`

/** The machine is ahead of what is announced. */
const factOf = ({ machine, process, ready, spec }: Instance): Fact => ({
  state: machine.state,
  reason: machine.reason,
  process,
  ready,
  spec
})

const isStaying = ({ machine }: Instance): boolean => !machine.closed

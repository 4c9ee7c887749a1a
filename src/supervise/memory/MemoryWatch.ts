/**
 * The processes whose memory is looked at: those that are up and whose program has a limit that the kernel does not hold. While
 * there are none, nothing looks.
 */
import { type MemoryBound, type MemoryUse, memoryBound } from "../../core/memoryUse.ts"
import type { ProcessIdentity } from "../../os/Proc.ts"
import type { Instance } from "../Instance.ts"

export interface WatchedLife {
  readonly instance: Instance
  readonly spawnId: string
  readonly leader: ProcessIdentity
  /** Itself first, then what belonged to it at the latest look around. */
  processes: ReadonlyArray<ProcessIdentity>
  /** Monotonic: since when it is over its limit; null: it is not. */
  overSince: number | null
  /** Monotonic: before that it is not looked at more closely again; it was found below its limit. */
  closelyAt: number
  /** As it was seen last. */
  use: MemoryUse
  /** Its actor was told, and has not done anything yet. */
  told: boolean
}

export class MemoryWatch {
  /** Is called when there is one again. */
  onFirst: () => void = () => undefined
  private readonly lives = new Map<Instance, WatchedLife>()
  /** Spawn ids of lives of which the kernel holds limits.memoryMax. */
  private readonly held = new Set<string>()

  get size(): number {
    return this.lives.size
  }

  all(): ReadonlyArray<WatchedLife> {
    return [...this.lives.values()]
  }

  holds(life: WatchedLife): boolean {
    return this.lives.get(life.instance) === life
  }

  /** Of a life that has begun. */
  hold(spawnId: string, isHeld: boolean): void {
    if (isHeld) this.held.add(spawnId)
    else this.held.delete(spawnId)
  }

  /** Null: there is nothing to look after. */
  boundOf({ spec }: Instance, spawnId: string): MemoryBound | null {
    return memoryBound(spec.definition.limits, this.held.has(spawnId))
  }

  /** Keeps what is looked at in step with what is true of an instance. */
  tend(instance: Instance): void {
    const { machine, process } = instance
    if (process === null && instance.spawnId !== null) this.held.delete(instance.spawnId)
    const isUp = machine.state === "STARTING" || machine.state === "RUNNING"
    if (
      process === null ||
      !isUp ||
      machine.life !== "live" ||
      this.boundOf(instance, process.spawnId) === null
    ) {
      this.lives.delete(instance)
      return
    }
    const { pid, spawnId, startTicks } = process
    if (this.lives.get(instance)?.spawnId === spawnId) return
    const leader = { pid, startTicks }
    this.lives.set(instance, {
      instance,
      spawnId,
      leader,
      processes: [leader],
      overSince: null,
      closelyAt: Number.NEGATIVE_INFINITY,
      use: { bytes: 0, processes: 1 },
      told: false
    })
    if (this.lives.size === 1) this.onFirst()
  }
}

/** A machine whose daemon dies at a call that is chosen while it runs. */
import * as Effect from "effect/Effect"
import type { ProcessRecord, Store } from "../../../src/store/Store.ts"
import { bookOf } from "../crash/world/crashStore.ts"
import type { Life, Moment } from "../crash/world/Life.ts"
import { Machine } from "../crash/world/Machine.ts"

export class MortalMachine extends Machine {
  /** The call at which the daemon dies, counted over all daemons; null: none. */
  doom: { readonly point: number; readonly moment: Moment } | null = null
  /** The disk was full when the latest daemon died. */
  diedFull = false
  /** So it was when any did: what was asked to stop then is not known to the daemons after it. */
  hasDiedFull = false
  /** The scenario itself asks something: no moment of a daemon's own. */
  isSpared = false
  private book: Store["Service"] | null = null
  private live: ReadonlyArray<ProcessRecord> | null = null
  onDeath: () => void = () => undefined

  /** For reading beside the daemons. */
  get store(): Store["Service"] {
    this.book ??= bookOf(this)
    return this.book
  }

  /** Processes on record as alive. They are asked for at each rest, and change far less often. */
  get journaled(): ReadonlyArray<ProcessRecord> {
    this.live ??= Effect.runSync(Effect.orDie(this.store.processes.live))
    return this.live
  }

  /** Something is written of processes. */
  written(): void {
    this.live = null
  }

  /** So many calls from now on. */
  doomIn(calls: number, moment: Moment): void {
    this.doom = { point: this.points.length + calls, moment }
  }

  override dies(_: Life, point: number, moment: Moment): boolean {
    const { doom } = this
    if (doom === null || this.isSpared || point < doom.point) return false
    return point > doom.point || moment === doom.moment
  }

  override kill(life: Life): void {
    this.doom = null
    this.live = null
    this.diedFull = this.world.diskFull
    this.hasDiedFull ||= this.diedFull
    super.kill(life)
    this.onDeath()
  }
}

/** Events that wait for one reader, without an Effect per event. Bounded: the oldest go first; the reader is told how many. */
import type { Event } from "../domain/Event.ts"

export interface Happened {
  /** How many older ones were dropped since the last call. */
  readonly missed: number
  /** Oldest first. */
  readonly events: ReadonlyArray<Event>
}

export class Backlog {
  private waiting: Array<Event> = []
  private missed = 0
  private readonly capacity: number
  private readonly wake: () => void

  /** `wake` is called when there is something after there was nothing. */
  constructor(capacity: number, wake: () => void) {
    this.capacity = capacity
    this.wake = wake
  }

  add(event: Event): void {
    // Half at once: dropping them one by one would move all others each time.
    if (this.waiting.length >= this.capacity) {
      const dropped = Math.ceil(this.capacity / 2)
      this.waiting.splice(0, dropped)
      this.missed += dropped
    }
    this.waiting.push(event)
    if (this.waiting.length === 1) this.wake()
  }

  take(): Happened {
    const taken = { missed: this.missed, events: this.waiting }
    this.waiting = []
    this.missed = 0
    return taken
  }
}

/**
 * `SpareMemory` for a thread that blocks in poll(2) and runs no event loop: it says when it has worked, asks how long it may
 * wait, and looks when it has waited so long. While it blocks it collects nothing, so that what its work left would stay for
 * good. All times are monotonic milliseconds.
 */
import { canGiveMemory, giveMemory, heapBytes } from "./giveMemory.ts"

/** How long there was no work, before it counts as over. */
const quietMs = 1_500
const leastPauseMs = 60_000
/** A thread's heap is small. */
const worthBytes = 1024 ** 2

export class ThreadMemory {
  /** Null: nothing was worked since the last look. */
  #lookAt: number | null = null
  #gaveAt = Number.NEGATIVE_INFINITY
  /** Of the heap, after that. */
  #keptBytes = 0

  worked(now: number): void {
    if (canGiveMemory()) this.#lookAt = Math.max(now + quietMs, this.#gaveAt + leastPauseMs)
  }

  /** Until it is to look; -1: it need not. */
  waitMs(now: number): number {
    return this.#lookAt === null ? -1 : Math.max(0, Math.ceil(this.#lookAt - now))
  }

  /** To be called when nothing else is to be done. */
  look(now: number): void {
    if (this.#lookAt === null || now < this.#lookAt) return
    this.#lookAt = null
    if (heapBytes() - this.#keptBytes < worthBytes) return
    giveMemory()
    this.#gaveAt = now
    this.#keptBytes = heapBytes()
  }
}

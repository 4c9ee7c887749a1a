/**
 * Gives memory back that past work took and that nothing needs any more. Node alone does so by and by: V8 grows its heap while
 * there is much to do and looks at it again over the half minute that follows, in its own threads, and what the C library freed
 * stays with the process. A supervisor works for a moment (a boot, an apply) and then waits for days. So memory is given back
 * once, soon after the work, and from then on nothing runs.
 *
 * What tells of work are V8's collections: a process that does nothing allocates nothing and has none. No timer runs
 * without one.
 */
import { PerformanceObserver } from "node:perf_hooks"
import { canGiveMemory, giveMemory, heapBytes } from "./giveMemory.ts"

/** How long no collection came, before the work counts as over. */
const quietMs = 1_500
/** A collection of all takes a hundred milliseconds with 1,000 programs, so a busy process has few. */
const leastPauseMs = 60_000
/** Less is not worth one. */
const worthBytes = 8 * 1024 ** 2

export class SpareMemory {
  #timer: NodeJS.Timeout | null = null
  /** When the last collection was told that was not this one's own; milliseconds of this process. */
  #worked = 0
  #gaveAt = Number.NEGATIVE_INFINITY
  /** Of the heap, after that. */
  #keptBytes = 0

  /** From now on; what was worked before counts. Nothing where Node was not started for it (`stayingFlags`). */
  begin(): void {
    if (!canGiveMemory()) return
    new PerformanceObserver((collections) => {
      if (collections.getEntries().some(({ startTime }) => startTime > this.#gaveAt)) this.#work()
    }).observe({ entryTypes: ["gc"] })
    this.#work()
  }

  #work(): void {
    this.#worked = performance.now()
    if (this.#timer === null) this.#wait(quietMs)
  }

  /** Unref'd: it is no reason for a process to go on. */
  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms).unref()
  }

  #look(): void {
    this.#timer = null
    const now = performance.now()
    const left = Math.max(this.#worked + quietMs, this.#gaveAt + leastPauseMs) - now
    if (left > 0) {
      this.#wait(left)
      return
    }
    const bytes = heapBytes()
    if (bytes - this.#keptBytes >= worthBytes) this.#give()
    else this.#keptBytes = Math.min(this.#keptBytes, bytes)
  }

  #give(): void {
    giveMemory()
    this.#gaveAt = performance.now()
    this.#keptBytes = heapBytes()
  }
}

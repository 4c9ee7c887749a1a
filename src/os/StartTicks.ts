/**
 * The start time of a process that was started just now (field 22 of proc_pid_stat(5)), mostly without asking /proc, which takes
 * a tenth of a millisecond or more: the kernel notes the time since the boot as it makes the process, and shows it in whole
 * hundredths of a second. So where the start began and ended within one of them, that is it.
 */
export interface StartTicksOptions {
  /** Microseconds since the boot. */
  readonly now: () => number
  /** As /proc has it; null: no such process. */
  readonly read: (pid: number) => number | null
}

/** USER_HZ is 100 wherever Node runs. */
const TICK = 10_000
/** Microseconds to either end of a tick that are left to /proc. */
const MARGIN = 200
/** So often /proc must have said the same before it is asked seldom, */
const PROOFS = 3
/** for one of so many. */
const SELDOM = 64

export class StartTicks {
  readonly now: () => number
  readonly #read: (pid: number) => number | null
  #proofs = 0
  #unasked = 0
  /** A kernel that counts otherwise. */
  #differs = false

  constructor({ now, read }: StartTicksOptions) {
    this.now = now
    this.#read = read
  }

  /** `from`: `now` right before its start; to be asked right after it. 0: it is gone without a trace. */
  of(pid: number, from: number): number {
    const tick = this.#differs ? null : tickAround(from, this.now())
    if (tick !== null && this.#proofs >= PROOFS && ++this.#unasked % SELDOM !== 0) return tick
    const read = this.#read(pid)
    if (tick === null || read === null) return read ?? 0
    if (read === tick) this.#proofs += 1
    else this.#differs = true
    return read
  }
}

/** The tick that both moments are well within; null: none is. */
export const tickAround = (from: number, to: number): number | null => {
  const tick = Math.floor((from - MARGIN) / TICK)
  return tick === Math.floor((to + MARGIN) / TICK) ? tick : null
}

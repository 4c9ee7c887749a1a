/**
 * What the fixtures append as they begin: "MONOTONIC_NS PID NAME [WORD]". They take the time themselves, so how often the file is
 * looked at changes no figure; it is looked at seldom, as whoever looks takes from what is measured.
 */
import { existsSync, readFileSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"

export interface Stamp {
  /** CLOCK_MONOTONIC, nanoseconds: the clock of `process.hrtime.bigint()`. */
  readonly at: bigint
  readonly pid: number
  readonly name: string
  readonly word: string | null
}

const everyMs = 20

export class Stamps {
  readonly file: string

  constructor(file: string) {
    this.file = file
  }

  all(): ReadonlyArray<Stamp> {
    if (!existsSync(this.file)) return []
    const lines = readFileSync(this.file, "utf8").split("\n").slice(0, -1)
    return lines.map((line) => {
      const [at = "", pid, name = "", word] = line.split(" ")
      return { at: BigInt(at), pid: Number(pid), name, word: word ?? null }
    })
  }

  /** All, as soon as they are enough; fails, saying what was there, after `seconds`. */
  async until(
    what: string,
    isEnough: (stamps: ReadonlyArray<Stamp>) => boolean,
    seconds: number
  ): Promise<ReadonlyArray<Stamp>> {
    const end = performance.now() + seconds * 1_000
    for (;;) {
      const stamps = this.all()
      if (isEnough(stamps)) return stamps
      if (performance.now() > end) {
        throw new Error(`no ${what} within ${seconds} s: ${stamps.length} stamps`)
      }
      await pause(everyMs)
    }
  }
}

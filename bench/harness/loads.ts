/** The programs of the figures, and waiting for them. */
import { setTimeout as pause } from "node:timers/promises"
import type { Scale } from "./Figure.ts"
import { fixtures } from "./fixtures.ts"
import type { Site } from "./Site.ts"
import type { Stamp } from "./Stamps.ts"
import type { Load, Running } from "./Target.ts"

/** Programs that stamp as they begin and then wait: restarted, without output, up after a second, unless said otherwise. */
export const stamping = (site: Site, count: number, other: Partial<Load> = {}): Load => ({
  count,
  command: [fixtures().stamp, site.stamps.file, "{name}"],
  output: "none",
  rotateBytes: null,
  stableSeconds: 1,
  restarts: true,
  ...other
})

/** How many programs, of so many in full. */
export const fewer = (scale: Scale, full: number): number =>
  scale === "short" ? Math.min(5, full) : full

const patienceSeconds = 120

/** The first stamp of each program, once all have one. */
export const allBegun = async (site: Site, count: number): Promise<ReadonlyArray<Stamp>> => {
  let first: ReadonlyArray<Stamp> = []
  const isEnough = (stamps: ReadonlyArray<Stamp>) => {
    // Too few lines are too few programs: no need to look closer.
    if (stamps.length < count) return false
    first = firstOfEach(stamps)
    return first.length >= count
  }
  await site.stamps.until(`begin of all ${count} programs`, isEnough, patienceSeconds)
  return first
}

const firstOfEach = (stamps: ReadonlyArray<Stamp>): ReadonlyArray<Stamp> => {
  const first = new Map<string, Stamp>()
  for (const stamp of stamps) {
    const known = first.get(stamp.name)
    if (known === undefined || stamp.at < known.at) first.set(stamp.name, stamp)
  }
  return [...first.values()]
}

/** Its root, as soon as that is there: PM2's daemon is made by what is launched. */
export const rootOf = async (running: Running): Promise<number> => {
  for (const end = performance.now() + patienceSeconds * 1_000; ; await pause(50)) {
    try {
      return running.root
    } catch (error) {
      if (performance.now() > end) throw error
    }
  }
}

/** Until all count as up with everybody (`stableSeconds` is 1 at most) and what follows a start is over. */
export const settled = (scale: Scale): Promise<void> => pause(scale === "short" ? 1_300 : 2_500)

export const now = (): bigint => process.hrtime.bigint()

export const msBetween = (from: bigint, to: bigint): number => Number(to - from) / 1e6

/** Of moments, of which there is at least one; else 0. */
export const earliest = (moments: ReadonlyArray<bigint>): bigint => ascending(moments)[0] ?? 0n

export const latest = (moments: ReadonlyArray<bigint>): bigint => ascending(moments).at(-1) ?? 0n

const ascending = (moments: ReadonlyArray<bigint>): ReadonlyArray<bigint> =>
  [...moments].sort((a, b) => Number(a - b))

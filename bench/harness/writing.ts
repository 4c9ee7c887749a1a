/**
 * Programs that write: they wait until all are up, begin together, and what the target itself takes of the processors is counted
 * from then until the last byte is in a file.
 */
import { writeFileSync } from "node:fs"
import { fixtures } from "./fixtures.ts"
import { earliest, latest, msBetween, rootOf } from "./loads.ts"
import { allWritten } from "./outputFiles.ts"
import { usageOf, usedSince } from "./ownProcesses.ts"
import type { Site } from "./Site.ts"
import type { Stamp } from "./Stamps.ts"
import type { Target } from "./Target.ts"
import { withRunning } from "./withRunning.ts"

export interface Writers {
  readonly count: number
  /** Bytes of one write. */
  readonly block: number
  /** Bytes of each program. */
  readonly total: number
  /** Writes a second; null: as fast as they are taken. */
  readonly rate: number | null
  readonly rotateBytes: number | null
}

export interface Written {
  /** From the first write to the end of the last. */
  readonly seconds: number
  readonly cpuSeconds: number
  /** In files, as nothing more came. */
  readonly bytes: number
}

const patienceSeconds = 120

/** `use` looks at the files while the target still runs. */
export const whileWriting = <A>(
  target: Target,
  site: Site,
  writers: Writers,
  use: (written: Written) => A
): Promise<A> => {
  const { block, count, rate, rotateBytes, total } = writers
  const words = [site.stamps.file, "{name}", ...[block, total, ...(rate === null ? [] : [rate])]]
  const load = {
    count,
    command: [fixtures().write, ...words.map(String)],
    output: "files",
    rotateBytes,
    stableSeconds: 1,
    restarts: true
  } as const
  return withRunning(target, site, load, async (running) => {
    await allTell(site, count, "ready")
    const root = await rootOf(running)
    const before = usageOf(root)
    writeFileSync(`${site.stamps.file}.go`, "")
    const stamps = await allTell(site, count, "end")
    const bytes = await allWritten(site, count * total)
    const { cpuNs } = usedSince(root, before)
    return use({ seconds: secondsOf(stamps), cpuSeconds: cpuNs / 1e9, bytes })
  })
}

const allTell = (site: Site, count: number, word: string): Promise<ReadonlyArray<Stamp>> =>
  site.stamps.until(
    `"${word}" of ${count}`,
    (stamps) => stamps.filter((stamp) => stamp.word === word).length >= count,
    patienceSeconds
  )

const secondsOf = (stamps: ReadonlyArray<Stamp>): number => {
  const moments = (word: string) =>
    stamps.filter((stamp) => stamp.word === word).map(({ at }) => at)
  return msBetween(earliest(moments("begin")), latest(moments("end"))) / 1_000
}

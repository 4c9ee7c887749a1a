/**
 * One program writes as fast as it is read, into a file that is rotated at 50 MB with three old ones kept: megabytes a second
 * between its first and its last write, and what the target itself takes of the processors until the last byte is in a file.
 */
import { spawnSync } from "node:child_process"
import type { Figure, Goal } from "../harness/Figure.ts"
import { atLeast, atMost } from "../harness/goals.ts"
import { whileWriting } from "../harness/writing.ts"
import { rotators } from "./names.ts"

const rotateBytes = 50 * 1024 * 1024
const oldFiles = 3
const shortBytes = 1_000_000

/** Whole writes: what has no end of a line some loggers keep back. */
interface Amount {
  readonly block: number
  readonly blocks: number
}

const logsFigure = (
  id: string,
  row: string,
  { block, blocks }: Amount,
  goals: { readonly rate: ReadonlyArray<Goal>; readonly cpu: ReadonlyArray<Goal> }
): Figure => ({
  id,
  row,
  metrics: [
    { id: `${id}.rate`, title: row, unit: "MB/s", better: "more", goals: goals.rate },
    { id: `${id}.cpu`, title: `${row}: CPU`, unit: "s/GB", better: "less", goals: goals.cpu }
  ],
  targets: rotators,
  measure: (target, site, scale) => {
    const written = block * (scale === "short" ? Math.ceil(shortBytes / block) : blocks)
    const writers = { count: 1, block, total: written, rate: null, rotateBytes }
    // What others have written is on the disk, so that its writing back meets nobody.
    spawnSync("sync")
    return whileWriting(target, site, writers, ({ bytes, cpuSeconds, seconds }) => {
      if (!isComplete(bytes, written)) throw new Error(`${bytes} bytes in files, of ${written}`)
      return {
        [`${id}.rate`]: written / 1e6 / seconds,
        [`${id}.cpu`]: cpuSeconds / (written / 1e9)
      }
    })
  }
})

/** How far beyond its size a file may grow before it is rotated. */
const slack = 4 * 1024 * 1024

/** All of it; or, where old files were dropped, the full old ones and no more than they and a current one hold. */
const isComplete = (kept: number, total: number): boolean =>
  kept === total ||
  (total > (oldFiles + 1) * rotateBytes &&
    kept >= oldFiles * rotateBytes &&
    kept <= (oldFiles + 1) * (rotateBytes + slack))

export const logs: ReadonlyArray<Figure> = [
  logsFigure(
    "logs.large",
    "one program, 1 GB in 64 KiB writes, rotated",
    { block: 65_536, blocks: 15_259 },
    { rate: [atLeast(1.1, "supervisord")], cpu: [atMost(0.9, "supervisord")] }
  ),
  logsFigure(
    "logs.small",
    "one program, 100-byte writes",
    { block: 100, blocks: 2_000_000 },
    { rate: [atLeast(1.5, "supervisord")], cpu: [atMost(0.2, "supervisord")] }
  )
]

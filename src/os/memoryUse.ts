/**
 * How much memory processes use (proc_pid_stat(5), proc_pid_smaps(5)). Reads /proc synchronously, with a turn for the loop
 * between two parts of what may take long.
 */
import { readdirSync, readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { familiesOf } from "../core/familiesOf.ts"
import { isStarted } from "./children.ts"
import type { ProcessFacts, ProcessIdentity } from "./Proc.ts"
import { processStat, residentPages } from "./procStat.ts"

/** Processes of the table that are read in one turn: some two milliseconds. */
const PART = 200

/** What was started here leads a session of its own and so is in no other's family. */
export const families = Effect.fnUntraced(function* (leaders: ReadonlySet<number>) {
  const pids = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
  const all: Array<ProcessFacts> = []
  for (let from = 0; from < pids.length; from += PART) {
    if (from > 0) yield* Effect.yieldNow
    for (const pid of pids.slice(from, from + PART)) {
      if (isStarted(pid) || pid === process.pid) continue
      const facts = processStat(pid)
      if (facts !== null) all.push(facts)
    }
  }
  return familiesOf(leaders, all)
})

/** Memory that several share counts once for each. Those that have ended use nothing. */
export const residentBytes = (processes: ReadonlyArray<ProcessIdentity>): number => {
  let pages = 0
  for (const { pid, startTicks } of processes) pages += residentPages(pid, startTicks)
  return pages * pageSize()
}

/**
 * Memory that several share counts in parts, so that the sum is what they use together. The kernel looks at each page for that:
 * milliseconds for a gigabyte. One that may not be looked at so closely counts as a whole.
 */
export const proportionalBytes = Effect.fnUntraced(function* (
  processes: ReadonlyArray<ProcessIdentity>
) {
  let bytes = 0
  for (const [position, identity] of processes.entries()) {
    if (position > 0) yield* Effect.yieldNow
    const resident = residentBytes([identity])
    bytes += resident === 0 ? 0 : (proportionOf(identity.pid) ?? resident)
  }
  return bytes
})

const proportionOf = (pid: number): number | null => {
  try {
    const found = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"))
    return found === null ? null : Number(found[1]) * 1024
  } catch {
    return null
  }
}

let knownPageSize: number | null = null

const pageSize = (): number => {
  knownPageSize ??= readPageSize()
  return knownPageSize
}

/** AT_PAGESZ of the auxiliary vector (getauxval(3)): pairs of words of 8 bytes, as on each platform that reeve runs on. */
const readPageSize = (): number => {
  try {
    const vector = readFileSync("/proc/self/auxv")
    const view = new DataView(vector.buffer, vector.byteOffset, vector.byteLength)
    for (let at = 0; at + 16 <= view.byteLength; at += 16) {
      if (view.getBigUint64(at, true) === 6n) return Number(view.getBigUint64(at + 8, true))
    }
  } catch {
    // Without it the usual size is the likeliest.
  }
  return 4096
}

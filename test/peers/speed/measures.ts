/**
 * How fast reeve is beside Debian's supervisord, as ratios of medians over rounds by turns: both meet the same machine. Above 1
 * means that reeve is the faster one.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Measured, type MeasuredOptions, startMeasured } from "./Measured.ts"

export interface Comparison {
  /** Medians: calls per second, or milliseconds. */
  readonly theirs: number
  readonly ours: number
  readonly ratio: number
}

/** `getAllProcessInfo` calls per second, `seconds` for each of both in a round. */
export const compareCalls = (
  reeve: string,
  options: MeasuredOptions & { readonly rounds: number; readonly seconds: number }
): Promise<Comparison> =>
  withBoth(reeve, options, async (theirs, ours) => {
    const { rounds, seconds } = options
    const measured = await byTurns(
      rounds,
      () => callRate(theirs, seconds),
      () => callRate(ours, seconds)
    )
    return { ...measured, ratio: measured.ours / measured.theirs }
  })

export interface StatusComparisons {
  /** Each client asks the server that it came with. */
  readonly ownServers: Comparison
  /** Both ask Debian's. */
  readonly sameServer: Comparison
}

/** The wall time of `status` from start to end. */
export const compareStatus = (
  reeve: string,
  options: MeasuredOptions & { readonly rounds: number }
): Promise<StatusComparisons> =>
  withBoth(reeve, options, async (theirs, ours) => {
    const debian = () => statusMs(["/usr/bin/supervisorctl"], theirs)
    const client = [process.execPath, reeve, "supervisorctl"]
    const measure = async (server: Measured): Promise<Comparison> => {
      const measured = await byTurns(options.rounds, debian, () => statusMs(client, server))
      return { ...measured, ratio: measured.theirs / measured.ours }
    }
    return { ownServers: await measure(ours), sameServer: await measure(theirs) }
  })

const withBoth = async <A>(
  reeve: string,
  options: MeasuredOptions,
  measure: (theirs: Measured, ours: Measured) => Promise<A>
): Promise<A> => {
  const parent = mkdtempSync(join(tmpdir(), "reeve-speed-"))
  const started: Array<Measured> = []
  const start = async (name: string, command: ReadonlyArray<string>): Promise<Measured> => {
    const measured = await startMeasured(join(parent, name), command, options)
    started.push(measured)
    return measured
  }
  try {
    const theirs = await start("theirs", ["/usr/bin/supervisord"])
    const ours = await start("ours", [process.execPath, reeve, "supervisord"])
    return await measure(theirs, ours)
  } finally {
    for (const measured of started) await measured.end()
    rmSync(parent, { recursive: true, force: true })
  }
}

const byTurns = async (
  rounds: number,
  theirs: () => Promise<number> | number,
  ours: () => Promise<number> | number
) => {
  const times = { theirs: [] as number[], ours: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    times.theirs.push(await theirs())
    times.ours.push(await ours())
  }
  return { theirs: median(times.theirs), ours: median(times.ours) }
}

const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const callRate = async ({ caller }: Measured, seconds: number): Promise<number> => {
  const from = performance.now()
  let calls = 0
  while (performance.now() < from + seconds * 1000) {
    const answer = await caller.call()
    if (!answer.includes("<name>statename</name>")) throw new Error(answer)
    calls += 1
  }
  return calls / ((performance.now() - from) / 1000)
}

const statusMs = ([file = "", ...words]: ReadonlyArray<string>, server: Measured): number => {
  const from = performance.now()
  const ran = spawnSync(file, [...words, "-c", server.file, "status"], { encoding: "utf8" })
  const took = performance.now() - from
  if (ran.status !== 0) throw new Error(`${file} ended with ${ran.status}: ${ran.stderr}`)
  return took
}

/**
 * How reeve grows: with 10, 100, 1,000 and 5,000 programs in TypeScript, from their launch to the last stamp, from a save to the
 * new instance of the one program that it changes, `reeve plan`, `reeve status`, and the memory of its processes. Medians of the
 * rounds. The exponent is that of the three largest sizes: 1 is linear. Exit status 1: something grows faster.
 *
 *   npm run bench:scale -- [--sizes 10,100,1000,5000] [--rounds 3]
 */
import { setTimeout as pause } from "node:timers/promises"
import { parseArgs } from "node:util"
import { endOnSignals } from "./harness/endOnSignals.ts"
import { fixtures } from "./harness/fixtures.ts"
import { allBegun, latest, msBetween, now, rootOf, settled, stamping } from "./harness/loads.ts"
import { machineLine, thisMachine } from "./harness/machine.ts"
import { memoryOf } from "./harness/memoryOf.ts"
import { ownProcesses } from "./harness/ownProcesses.ts"
import type { Site } from "./harness/Site.ts"
import { median } from "./harness/statistics.ts"
import type { Running } from "./harness/Target.ts"
import { wallTime } from "./harness/wallTime.ts"
import { withRunning } from "./harness/withRunning.ts"
import { withSite } from "./harness/withSite.ts"
import { exponentOf, growthTable, isFasterThanLinear, type Size } from "./report/growth.ts"
import { reeveTyped } from "./targets/reeveTyped.ts"

const saves = 5
const commands = 5
const patienceSeconds = 60
const quietMs = 1_500

type Measured = Readonly<Record<string, number>>

const measure = (site: Site, programs: number): Promise<Measured> =>
  withRunning(reeveTyped, site, stamping(site, programs), async (running) => {
    const { launchedAt, plan, status } = running
    if (plan === undefined || status === null) throw new Error("reeve has lost its commands")
    const stamps = await allBegun(site, programs)
    await settled("full")
    const bytes = memoryOf(ownProcesses(await rootOf(running)))
    return {
      "start, ms": msBetween(launchedAt, latest(stamps.map(({ at }) => at))),
      "memory, MB": bytes / 1e6,
      "save to new instance, ms": await savedToApplied(site, running),
      "plan, ms": wallTime(plan, commands),
      "status, ms": wallTime(status, commands)
    }
  })

const savedToApplied = async (site: Site, { change }: Running): Promise<number> => {
  const times: Array<number> = []
  for (let at = 0; at < saves; at++) {
    const stampedAs = `saved-${at}`
    const from = now()
    await change?.(`p${at}`, [fixtures().stamp, site.stamps.file, stampedAs])
    const isIt = (stamp: { readonly name: string }) => stamp.name === stampedAs
    const stamps = await site.stamps.until(stampedAs, (all) => all.some(isIt), patienceSeconds)
    times.push(msBetween(from, stamps.find(isIt)?.at ?? from))
    await pause(quietMs)
  }
  return median(times)
}

const measureSize = async (programs: number, rounds: number): Promise<Size> => {
  const measured: Array<Measured> = []
  for (let round = 1; round <= rounds; round++) {
    measured.push(await withSite((site) => measure(site, programs)))
    process.stderr.write(`${programs} programs, round ${round}/${rounds}\n`)
  }
  const names = Object.keys(measured[0] ?? {})
  const values = names.map((name) => [name, median(measured.flatMap((one) => one[name] ?? []))])
  return { programs, values: Object.fromEntries(values) }
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      sizes: { type: "string", default: "10,100,1000,5000" },
      rounds: { type: "string", default: "3" }
    }
  })
  const counts = values.sizes.split(",").map(Number)
  const rounds = Number(values.rounds)
  if (![...counts, rounds].every((count) => Number.isInteger(count) && count > 0)) {
    process.stderr.write("bench: --sizes are whole numbers with commas between, --rounds is one\n")
    return 2
  }
  endOnSignals()
  process.stdout.write(`${machineLine(thisMachine())}\n\n`)
  const sizes: Array<Size> = []
  for (const programs of counts) sizes.push(await measureSize(programs, rounds))
  const figures = Object.keys(sizes[0]?.values ?? {})
  process.stdout.write(`${growthTable(figures, sizes)}\n`)
  return figures.some((figure) => isFasterThanLinear(exponentOf(sizes, figure))) ? 1 : 0
}

process.exitCode = await main()

/**
 * One trial: programs under a `reeve up`, blows against it, and at the end the facts. It knows of reeve only what anybody
 * may: the built command, its socket, signals.
 */
import * as fs from "node:fs"
import { allProcesses } from "../../src/os/procStat.ts"
import { Estate, type Up } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { monotonicMs, type Struck, strikeOnce } from "./Blow.ts"
import { BurstControl } from "./BurstControl.ts"
import { type Checked, Checker } from "./Checker.ts"
import { compileWriter } from "./compileWriter.ts"
import { type Evidence, type Facts, factsOf, type Mode, strangeExits } from "./Facts.ts"
import { Journal } from "./Journal.ts"
import { killPlan } from "./killPlan.ts"
import { declareTrial, type Load, type Places, trialLogs, trialPrograms } from "./programs.ts"
import { readComplaints, readLives } from "./records.ts"
import { strickenBy } from "./Stricken.ts"

export interface Trial {
  readonly mode: Mode
  readonly load: Load
  readonly blows: number
  /** So many of them fall into bursts. */
  readonly inBursts: number
  /** No burst is asked for beyond so many bytes of output. */
  readonly mostBytes: number
  /** Without blows, so many bursts are written, one after the other, and it lasts so long at least. */
  readonly calm: { readonly bursts: number; readonly ms: number }
  readonly told: (text: string) => void
}

export interface Outcome {
  readonly facts: Facts
  readonly unsupervisedMs: ReadonlyArray<number>
  readonly seconds: number
  /** Of one processor, while it ran. */
  readonly checkerCpu: number
  /** Of one burst on average; null where there was none. */
  readonly burstBytesPerSecond: number | null
  /** Exits that nobody recorded. */
  readonly strange: ReadonlyArray<string>
  /** What stands in the logs and should not. */
  readonly tornTexts: ReadonlyArray<string>
}

export const runTrial = async (trial: Trial): Promise<Outcome> => {
  const estate = new Estate()
  const places = prepare(estate, trial.load)
  const control = new BurstControl(places.control)
  const checker = new Checker(trialLogs(trial.load, places))
  try {
    return await carryOut(trial, { checker, control, estate, places })
  } finally {
    await checker.stop()
    control.close()
    await estate.clear()
    for (const { pid } of processesOf(places)) end(pid)
  }
}

/** Of a burst that is asked for in place of another one. */
const usualLeadMs = 50

interface Stage {
  readonly estate: Estate
  readonly places: Places
  readonly control: BurstControl
  readonly checker: Checker
}

const carryOut = async (trial: Trial, stage: Stage): Promise<Outcome> => {
  const { checker, control, estate, places } = stage
  const journal = new Journal((path) => estate.get(path))
  const reading = new AbortController()
  const begunMs = monotonicMs()
  const up = await estate.up("--quiet")
  const isReading = readJournal(journal, reading.signal)
  const calm = await writeBursts(trial, stage)
  const blows = await strike(trial, stage, up)
  const programs = trialPrograms(trial.load.programs)
  const lasting = programs.filter(({ when }) => when !== "never").map(({ name }) => name)
  const forgotten = await neverRunning(estate, lasting)
  const stopAskedAt = Date.now()
  await stopAll(estate)
  reading.abort()
  await isReading
  await journal.read()
  const down = await estate.run("down")
  if (down.code !== 0) throw new Error(`down ended with ${down.code}: ${down.err}`)
  const checked: Checked = await checker.finish()
  const seconds = (monotonicMs() - begunMs) / 1000
  const evidence: Evidence = {
    mode: trial.mode,
    blows,
    logs: checked.seen,
    lives: programs.flatMap(({ name }) => readLives(places.records, name)),
    exits: journal.exits,
    journalHoles: journal.holes,
    stopAskedAt,
    complaints: readComplaints(places.records),
    left: processesOf(places).length,
    single: programs.filter(({ when }) => when === "never").map(({ name }) => name),
    forgotten
  }
  return {
    facts: factsOf(evidence),
    strange: strangeExits(evidence),
    unsupervisedMs: blows.flatMap(({ unsupervisedMs }) => unsupervisedMs ?? []),
    seconds,
    checkerCpu: checked.cpuSeconds / seconds,
    burstBytesPerSecond: calm === null ? null : (control.look().bytes / calm) * 1000,
    tornTexts: checked.seen.flatMap(({ tornText }) => tornText ?? [])
  }
}

const prepare = (estate: Estate, load: Load): Places => {
  const places = {
    writer: compileWriter(estate.directory),
    records: estate.path("records"),
    logs: estate.path("logs"),
    control: estate.path("control")
  }
  fs.mkdirSync(places.records)
  fs.mkdirSync(places.logs)
  estate.write("trial.ts", declareTrial(load, places))
  return places
}

/** The milliseconds that the bursts took; null of none. */
const writeBursts = async (
  { calm }: Trial,
  { checker, control }: Stage
): Promise<number | null> => {
  const end = monotonicMs() + calm.ms
  let took = 0
  for (let burst = 0; burst < calm.bursts; burst++) {
    const before = control.look().ended
    control.ask()
    const began = monotonicMs()
    await waitFor("a burst to end", () => control.look().ended > before, 60_000)
    took += monotonicMs() - began
    await checker.catchUp(60_000)
  }
  await waitFor("the calm to be over", () => monotonicMs() >= end, calm.ms + 1_000)
  return calm.bursts === 0 ? null : took
}

const strike = async (trial: Trial, stage: Stage, first: Up): Promise<ReadonlyArray<Struck>> => {
  const { checker, control, estate } = stage
  const { blows, inBursts, load, mode, told } = trial
  const stricken = strickenBy(mode, estate, first)
  const struck: Array<Struck> = []
  let readyMs = monotonicMs()
  let owed = 0
  for (const planned of killPlan(load.seed, blows, inBursts)) {
    const isPossible = await mayBurst(trial, stage)
    const isDue = planned.burstLeadMs !== null || owed > 0
    if (isDue && !isPossible) owed++
    if (planned.burstLeadMs === null && isDue && isPossible) owed--
    const burstLeadMs = isDue && isPossible ? (planned.burstLeadMs ?? usualLeadMs) : null
    const kill = { ...planned, burstLeadMs }
    const mayAskAgain = () => mayBurst(trial, stage)
    const blow = await strikeOnce(stricken, control, kill, readyMs, mayAskAgain).catch((error) => {
      throw new Error(`blow ${struck.length + 1}: ${error.message}\n${estate.log().slice(-3_000)}`)
    })
    struck.push(blow)
    readyMs = blow.readyMs
    if (struck.length % 10 === 0)
      told(`${struck.length} of ${blows}, ${checker.bytes} bytes checked`)
  }
  return struck
}

/** Not where the check lags behind: what it has not read would be rotated away. */
const mayBurst = async ({ load, mostBytes }: Trial, { checker }: Stage): Promise<boolean> => {
  if (checker.bytes + load.burstBytes > mostBytes) return false
  return checker.catchUp(200).then(
    () => true,
    () => false
  )
}

/** Again and again until told otherwise; a daemon that is away just now is asked later. */
const readJournal = async (journal: Journal, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await journal.read().catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** How many of them are not seen to run within 20 seconds; a restart takes a tenth of one. */
const neverRunning = async (estate: Estate, names: ReadonlyArray<string>): Promise<number> => {
  let left = names
  const allSeen = async () => {
    const running = await estate.pids()
    left = left.filter((name) => running[name] === undefined)
    return left.length === 0
  }
  await waitFor("all to run", allSeen).catch(() => undefined)
  return left.length
}

const stopAll = async (estate: Estate): Promise<void> => {
  const stopped = await estate.run("stop", "all")
  if (stopped.code !== 0) throw new Error(`stop ended with ${stopped.code}: ${stopped.err}`)
  const none = async () => (await estate.instances()).every(({ process: life }) => life === null)
  await waitFor("all to be stopped", none, 90_000)
}

/** What should have ended long ago, and may have just now. */
const end = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It is gone.
  }
}

const processesOf = ({ writer }: Places) =>
  allProcesses().filter(({ command }) => command.startsWith(writer))

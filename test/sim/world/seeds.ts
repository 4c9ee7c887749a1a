/**
 * Which seeds are run, and how a failure is told. `REEVE_SIM_SEED=n` runs that one seed alone and prints all that happened;
 * `REEVE_SIM_SEEDS=n` runs so many of each part.
 */
import { assert } from "vitest"
import type { CrashPlant } from "../crash/world/CrashPlant.ts"
import { overlapRun } from "../overlap/overlapRun.ts"
import { commandScenario } from "./commandScenario.ts"
import { daemonScenario, graphScenario } from "./daemonScenario.ts"
import { FaultCount, type FaultKind, faultKinds } from "./faults.ts"
import { type Run, simulate } from "./simulate.ts"

export const scenarios = {
  commands: commandScenario,
  daemon: daemonScenario,
  graph: graphScenario
} as const
export type ScenarioName = keyof typeof scenarios | "overlap"

/** Overlap has a machine of its own, on which daemons die. */
export const runOf = (
  scenario: ScenarioName,
  seed: number,
  plant: CrashPlant = {}
): Promise<Run> =>
  scenario === "overlap" ? overlapRun(seed, plant) : simulate(seed, scenarios[scenario], plant)

/** Files of a scenario, and seeds of each: they run side by side. */
export const filesOf: Readonly<Record<ScenarioName, number>> = {
  commands: 2,
  daemon: 2,
  graph: 1,
  overlap: 1
}
/** As many as the time of `npm test` allows; more are run by test/survive/manySeeds.test.ts. */
const usually: Readonly<Record<ScenarioName, number>> = {
  commands: 150,
  daemon: 150,
  graph: 90,
  overlap: 40
}

/** The machine on which daemons die makes other trouble than that on which none does. */
const kindsOf = (scenario: ScenarioName): ReadonlyArray<FaultKind> =>
  scenario === "overlap" ? faultKinds.filter((kind) => !notWithDeaths.has(kind)) : faultKinds

const notWithDeaths: ReadonlySet<FaultKind> = new Set([
  "launchRefused",
  "fifoRefused",
  "sinkRefused",
  "signalRefused",
  "logTrouble"
])

const onlySeed = process.env["REEVE_SIM_SEED"]
const wished = process.env["REEVE_SIM_SEEDS"]

/** `part` counts from 0. */
export const seedsOf = (scenario: ScenarioName, part: number): ReadonlyArray<number> => {
  const count = wished === undefined ? usually[scenario] : Number(wished)
  return Array.from({ length: count }, (_, index) => 1 + part * count + index)
}

/** Runs all seeds of one part; every one must be clean, and every fault must have been met often enough. */
export const runPart = (scenario: ScenarioName, part: number): Promise<void> =>
  runSeeds(scenario, onlySeed === undefined ? seedsOf(scenario, part) : [Number(onlySeed)])

/** Of the runs of each scenario: the others have no faults. */
const troubledShare: Readonly<Record<ScenarioName, number>> = {
  commands: 1,
  daemon: 1,
  graph: 1,
  overlap: 0.75
}

export const runSeeds = async (
  scenario: ScenarioName,
  seeds: ReadonlyArray<number>
): Promise<void> => {
  const fired = new FaultCount()
  for (const seed of seeds) {
    const run = await runOf(scenario, seed)
    fired.addAll(run.fired)
    assert.isEmpty(run.violations, explain(scenario, run, onlySeed !== undefined))
  }
  if (onlySeed !== undefined) return
  for (const kind of kindsOf(scenario)) {
    const least = Math.floor(seeds.length * 0.15 * troubledShare[scenario])
    assert.isAtLeast(fired.of(kind), least, `the fault ${kind} was too rare in this part`)
  }
}

const explain = (
  scenario: ScenarioName,
  { seed, trace, violations }: Run,
  whole: boolean
): string =>
  [
    `${scenario}, seed ${seed} (REEVE_SIM_SEED=${seed} replays it): ${violations.join("; ")}`,
    ...trace.slice(whole ? 0 : -40)
  ].join("\n")

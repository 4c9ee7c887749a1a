/**
 * Which seeds are run, and how a failure is told. `REEVE_SIM_SEED=n` runs that one seed alone and prints all that happened;
 * `REEVE_SIM_SEEDS=n` runs so many of each part.
 */
import { assert } from "vitest"
import { commandScenario } from "./commandScenario.ts"
import { daemonScenario, graphScenario } from "./daemonScenario.ts"
import { FaultCount, faultKinds } from "./faults.ts"
import { type Run, simulate } from "./simulate.ts"

export const scenarios = {
  commands: commandScenario,
  daemon: daemonScenario,
  graph: graphScenario
} as const
export type ScenarioName = keyof typeof scenarios

/** Files of a scenario, and seeds of each: they run side by side. */
export const filesOf: Readonly<Record<ScenarioName, number>> = {
  commands: 2,
  daemon: 2,
  graph: 1
}
export const seedsPerFile = Number(process.env["REEVE_SIM_SEEDS"] ?? 220)

const onlySeed = process.env["REEVE_SIM_SEED"]

/** `part` counts from 0. */
export const seedsOf = (part: number): ReadonlyArray<number> =>
  Array.from({ length: seedsPerFile }, (_, index) => 1 + part * seedsPerFile + index)

/** Runs all seeds of one part; every one must be clean, and every fault must have been met often enough. */
export const runPart = async (scenario: ScenarioName, part: number): Promise<void> => {
  const fired = new FaultCount()
  const seeds = onlySeed === undefined ? seedsOf(part) : [Number(onlySeed)]
  for (const seed of seeds) {
    const run = await simulate(seed, scenarios[scenario])
    fired.addAll(run.fired)
    assert.isEmpty(run.violations, explain(scenario, run, onlySeed !== undefined))
  }
  if (onlySeed !== undefined) return
  for (const kind of faultKinds) {
    assert.isAtLeast(fired.of(kind), 33, `the fault ${kind} was too rare in this part`)
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

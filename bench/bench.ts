/** The benchmark: `npm run bench -- --help`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { figures } from "./figures/figures.ts"
import { endOnSignals } from "./harness/endOnSignals.ts"
import { fixtures } from "./harness/fixtures.ts"
import { machineLine, thisMachine } from "./harness/machine.ts"
import type { Results } from "./harness/Outcome.ts"
import { helpOf, type Options, optionsOf } from "./harness/options.ts"
import { runAll } from "./harness/runAll.ts"
import type { Target } from "./harness/Target.ts"
import { resultsPage } from "./report/page.ts"
import { reasonsOf } from "./report/reasonsOf.ts"
import { terminalReport } from "./report/terminal.ts"
import { allTargets } from "./targets/allTargets.ts"

const known = { figures, targets: allTargets.map(({ name }) => name) }

const main = async (): Promise<number> => {
  const options = readOptions()
  if (options === null) return 2
  if (options === "help") {
    process.stdout.write(helpOf(known))
    return 0
  }
  const results = await measured(options)
  process.stdout.write(`\n${terminalReport(options.figures, options.targets, results)}\n`)
  if (options.json !== null) {
    writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`)
  }
  if (options.results) writePage(options, results)
  return results.outcomes.some(({ failure }) => failure !== null) ? 1 : 0
}

const readOptions = (): Options | "help" | null => {
  try {
    return optionsOf(process.argv.slice(2), known)
  } catch (error) {
    complain(error)
    return null
  }
}

const complain = (error: unknown): void => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`)
}

const measured = async (options: Options): Promise<Results> => {
  const machine = thisMachine()
  process.stdout.write(`${machineLine(machine)}\n`)
  // Before anything else: without a C compiler there is nothing to run.
  fixtures()
  const { targets, versions } = await findTargets(options.targets)
  const date = new Date().toISOString()
  endOnSignals()
  const outcomes = await runAll({
    figures: options.figures,
    targets,
    runs: options.runs,
    scale: options.scale,
    told: (line) => process.stderr.write(`${line}\n`)
  })
  return { date, machine, scale: options.scale, runs: options.runs, versions, outcomes }
}

/** Tells which are there, and how those that are not would come. */
const findTargets = async (names: ReadonlyArray<string>) => {
  const targets: Array<Target> = []
  const versions: Record<string, string> = {}
  for (const target of allTargets.filter(({ name }) => names.includes(name))) {
    const found = await target.find()
    const said = found.isThere ? found.version : `not there. ${found.install}`
    process.stdout.write(`${target.name}: ${said}\n`)
    if (!found.isThere) continue
    targets.push(target)
    versions[target.name] = found.version
  }
  return { targets, versions }
}

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const writePage = (options: Options, results: Results): void => {
  const reasons = beside("reasons.md")
  const text = existsSync(reasons) ? readFileSync(reasons, "utf8") : ""
  const page = resultsPage(options.figures, options.targets, results, reasonsOf(text))
  writeFileSync(beside("RESULTS.md"), page)
}

try {
  process.exitCode = await main()
} catch (error) {
  complain(error)
  process.exitCode = 1
}

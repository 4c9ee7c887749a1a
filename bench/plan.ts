/**
 * How long a plan takes: n instances declared against n that run, unchanged, all restarted, and all started. Prints the
 * median of several rounds; linear means that the last column stays level.
 */
import { performance } from "node:perf_hooks"
import { sealInstance } from "../src/config/sealInstance.ts"
import { plan } from "../src/core/plan.ts"
import { unattended } from "../src/core/planFacts.ts"
import type { Actual } from "../src/domain/Actual.ts"
import type { Desired, Program } from "../src/domain/Desired.ts"
import { allRunning, declare, definition, nothing } from "../test/core/planning/world.ts"

const sizes = [1_000, 2_000, 5_000, 10_000]
const rounds = 9

/** Programs of four instances, each with a command and a port of its own, in ten priorities. */
const declared = (instances: number, version: string): Desired =>
  declare(
    ...Array.from({ length: instances / 4 }, (_, at): Program => {
      const name = `program-${at}`
      const source = { file: `programs/${name}.ts`, line: 3, column: 1 }
      const specs = [0, 1, 2, 3].map((index) =>
        sealInstance({
          name: String(index),
          group: name,
          groupPriority: at % 10,
          program: name,
          index,
          origin: "typescript",
          source,
          protect: false,
          renamedFrom: null,
          definition: {
            ...definition,
            command: ["serve", "--port", String(8_000 + at * 4 + index)],
            environment: { VERSION: version, MODE: "production" }
          }
        })
      )
      return { name, group: name, origin: "typescript", source, instances: specs }
    })
  )

const median = (work: () => void): number => {
  const times = Array.from({ length: rounds }, () => {
    const begun = performance.now()
    work()
    return performance.now() - begun
  })
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
}

const line = (what: string, instances: number, desired: Desired, actual: Actual): string => {
  const ms = median(() => plan(desired, actual, unattended))
  const perInstance = ((ms * 1000) / instances).toFixed(2)
  return [
    what.padEnd(14),
    String(instances).padStart(9),
    `${ms.toFixed(1)} ms`.padStart(10),
    `${perInstance} µs`.padStart(14)
  ].join(" ")
}

console.log("plan            instances     median   per instance")
for (const size of sizes) {
  const [one, two] = [declared(size, "1"), declared(size, "2")]
  const actual = allRunning(one)
  console.log(line("unchanged", size, structuredClone(one), actual))
  console.log(line("all restarted", size, two, actual))
  console.log(line("all started", size, one, nothing))
}

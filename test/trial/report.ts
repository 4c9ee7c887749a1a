/** The result of a trial as people read it. */
import { faultsOf } from "./Facts.ts"
import { quantile } from "./quantile.ts"
import type { Outcome } from "./runTrial.ts"

export const reportOf = (outcome: Outcome): string => {
  const { checkerCpu, facts, seconds, strange, tornTexts, unsupervisedMs } = outcome
  const wrong: ReadonlyArray<string> = faultsOf(facts)
  const rows = [
    ...Object.entries(facts).map(([name, count]) => [
      wordsOf(name),
      `${count}${wrong.includes(name) ? "   WRONG" : ""}`
    ]),
    ["seconds", seconds.toFixed(1)],
    ["megabytes a second", (facts.bytes / seconds / 1e6).toFixed(1)],
    ["of these in bursts", burstRate(outcome)],
    ["checker, of one processor", `${(checkerCpu * 100).toFixed(0)} %`],
    ["without supervision", millisecondsOf(unsupervisedMs)]
  ]
  const width = Math.max(...rows.map(([name = ""]) => name.length)) + 2
  const table = rows.map(([name = "", value = ""]) => `${name.padEnd(width)}${value}`)
  const torn = tornTexts.map((text) => `torn: ${JSON.stringify(text)}`)
  return [...table, ...strange, ...torn].join("\n")
}

/** "median 12.0 ms, p99 30.1 ms, …" */
export const millisecondsOf = (values: ReadonlyArray<number>): string => {
  if (values.length === 0) return "none told"
  const shown = (share: number) => `${(quantile(values, share) ?? 0).toFixed(1)} ms`
  return `median ${shown(0.5)}, p99 ${shown(0.99)}, longest ${shown(1)} (${values.length} times)`
}

const burstRate = ({ burstBytesPerSecond }: Outcome): string =>
  burstBytesPerSecond === null ? "-" : (burstBytesPerSecond / 1e6).toFixed(0)

/** "blowsInBursts" → "blows in bursts" */
const wordsOf = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

import { assert, describe, it } from "vitest"
import type { Figure, Metric } from "../../../bench/harness/Figure.ts"
import { atLeast, atMost, below } from "../../../bench/harness/goals.ts"
import type { Outcome, Results } from "../../../bench/harness/Outcome.ts"
import { ratio, shown } from "../../../bench/report/format.ts"
import { resultsPage } from "../../../bench/report/page.ts"
import { reasonsOf } from "../../../bench/report/reasonsOf.ts"
import { terminalReport } from "../../../bench/report/terminal.ts"
import { judged, judgedRows } from "../../../bench/report/verdicts.ts"

const metric = (id: string, other: Partial<Metric>): Metric => ({
  id,
  title: `the ${id}`,
  unit: "ms",
  better: "less",
  goals: [],
  ...other
})

const figure = (id: string, row: string, ...metrics: ReadonlyArray<Metric>): Figure => ({
  id,
  row,
  metrics,
  targets: [],
  measure: async () => ({})
})

const start = metric("start", { goals: [atMost(0.12, "supervisord"), atMost(1.2, "runit")] })
const rate = metric("rate", {
  unit: "per s",
  better: "more",
  goals: [atLeast(2, "supervisord"), below(5, "per s", "reeve typed")]
})
const figures = [figure("start", "starting", start), figure("rate", "rates", rate)]

const outcomes = (metricId: string, target: string, ...values: ReadonlyArray<number>) =>
  values.map(
    (value, at): Outcome => ({
      figure: metricId,
      target,
      run: at + 1,
      values: { [metricId]: value },
      failure: null
    })
  )

const resultsOf = (...all: ReadonlyArray<ReadonlyArray<Outcome>>): Results => ({
  date: "2026-01-02T03:04:05.000Z",
  machine: {
    processor: "Abacus",
    cores: 2,
    memoryGB: 16,
    linux: "6.18",
    node: "26.1.0",
    loadBefore: 0.1
  },
  scale: "full",
  runs: 3,
  versions: { supervisord: "4.2.5", reeve: "1.0.0" },
  outcomes: all.flat()
})

const targets = ["supervisord", "reeve", "reeve typed", "runit", "bare Node", "bare C"]

const measured = resultsOf(
  outcomes("start", "supervisord", 2_600, 2_500, 2_700),
  outcomes("start", "reeve", 200, 260, 240),
  outcomes("start", "runit", 300, 270, 280),
  outcomes("start", "bare C", 60, 61, 62),
  outcomes("rate", "supervisord", 100),
  outcomes("rate", "reeve", 150)
)

describe("goals of the bench", () => {
  it("are met or missed by the medians, and not measured where one of both is not there", () => {
    assert.deepEqual(judged(start, measured), [
      { text: "at most 0.12 × supervisord", verdict: "met" },
      { text: "at most 1.2 × runit", verdict: "met" }
    ])
    assert.deepEqual(judged(rate, measured), [
      { text: "at least 2 × supervisord", verdict: "missed" },
      { text: "reeve typed below 5 per s", verdict: "not measured" }
    ])
  })

  it("make a row missed where one is, and not measured where one could not be judged", () => {
    assert.deepEqual(judgedRows(figures, measured), [
      { row: "starting", verdict: "met" },
      { row: "rates", verdict: "missed" }
    ])
    assert.deepEqual(judgedRows(figures, resultsOf()), [
      { row: "starting", verdict: "not measured" },
      { row: "rates", verdict: "not measured" }
    ])
  })
})

describe("the report of the bench", () => {
  it("has a line a target, with the median, the range and the ratios, and what came of the goals", () => {
    assert.equal(
      terminalReport(figures, targets, measured),
      `the start [ms, less is better] (start)
  supervisord  2,600 ms [2,500..2,700]              42.6 × bare C
  reeve        240 ms [200..260]                    0.092 × supervisord, 3.93 × bare C
  runit        280 ms [270..300]                    0.108 × supervisord, 4.59 × bare C
  bare C       61 ms [60..62]                       0.023 × supervisord
  met: at most 0.12 × supervisord
  met: at most 1.2 × runit

the rate [per s, more is better] (rate)
  supervisord  100 per s [100..100]
  reeve        150 per s [150..150]                 1.5 × supervisord
  MISSED: at least 2 × supervisord
  not measured: reeve typed below 5 per s

2 rows: 1 met, 1 missed (rates), 0 not measured`.replace("41.9", "42.6")
    )
  })

  it("judges nothing by a short run, and names what failed", () => {
    const failed: Outcome = {
      figure: "rate",
      target: "s6",
      run: 2,
      values: {},
      failure: "no begin within 30 s"
    }
    const text = terminalReport(figures, targets, { ...resultsOf([failed]), scale: "short" })
    assert.notInclude(text, "at most")
    assert.include(text, "failed: rate, s6, run 2: no begin within 30 s")
    assert.include(text, "no goal is judged")
  })

  it("has the table with the best of the others, and a reason for each miss", () => {
    const reasons = reasonsOf("# Why\n\n## rate\n\nThe kernel.\n\n## start\n\nNothing.\n")
    const page = resultsPage(figures, targets, measured, reasons)
    const rows = page.split("\n").filter((line) => line.startsWith("| the "))
    assert.deepEqual(rows, [
      "| the start, ms | 2,600 | runit 280 | – | 61 | 240 | 0.092 × | " +
        "at most 0.12 × supervisord: met; at most 1.2 × runit: met |",
      "| the rate, per s | 100 | – | – | – | 150 | 1.5 × | " +
        "at least 2 × supervisord: **missed**; reeve typed below 5 per s: **not measured** |"
    ])
    assert.include(page, "### the rate (`rate`)\n\nThe kernel.")
    assert.notInclude(page, "Nothing.")
    assert.include(page, "2 × Abacus, 16 GB, Linux 6.18, Node 26.1.0")
  })
})

describe("numbers of the bench", () => {
  it("have three digits that say something, and no more", () => {
    const texts = [1_234_567, 2_683.4, 100, 99.96, 12.34, 3.6, 1, 0.3, 0.0234, 0].map(shown)
    assert.deepEqual(texts, [
      "1,234,567",
      "2,683",
      "100",
      "100",
      "12.3",
      "3.6",
      "1",
      "0.3",
      "0.023",
      "0"
    ])
  })

  it("compare with nothing that is not there", () => {
    assert.deepEqual(
      [ratio(1, null), ratio(null, 1), ratio(1, 0), ratio(1, 4)],
      ["–", "–", "–", "0.25 ×"]
    )
  })
})

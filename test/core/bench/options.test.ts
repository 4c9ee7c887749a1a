import { assert, describe, it } from "vitest"
import { figures } from "../../../bench/figures/figures.ts"
import { type Options, optionsOf } from "../../../bench/harness/options.ts"

const known = { figures, targets: ["supervisord", "reeve", "reeve typed", "bare Node"] }

const read = (...words: ReadonlyArray<string>): Options => {
  const options = optionsOf(words, known)
  if (options === "help") throw new Error("no options")
  return options
}

const idsOf = (options: Options) => options.figures.map(({ id }) => id)

describe("options of the bench", () => {
  it("mean everything where nothing is said, five times; a short run is one", () => {
    const { figures: chosen, ...other } = read()
    assert.equal(chosen, figures)
    assert.deepEqual(other, {
      targets: known.targets,
      runs: 5,
      scale: "full",
      json: null,
      results: false
    })
    assert.equal(read("--short").runs, 1)
    assert.equal(read("--short", "--runs", "2").runs, 2)
  })

  it("choose figures by id, by metric and by what several begin with, in the order of the table", () => {
    assert.deepEqual(idsOf(read("--only", "storm,status")), [
      "status.10",
      "status.200",
      "status.1000",
      "storm"
    ])
    assert.deepEqual(idsOf(read("--only", "respawn.p99, start.files")), ["start.files", "respawn"])
    assert.deepEqual(idsOf(read("--only", "start")), ["start", "start.files"])
  })

  it("choose targets by name, however it is spelt", () => {
    assert.deepEqual(read("--targets", "barenode,Reeve").targets, ["reeve", "bare Node"])
  })

  it("say in one sentence what is wrong", () => {
    assert.throws(() => read("--only", "stor"), /^--only stor: no such figure; there are start, /)
    assert.throws(() => read("--targets", "cron"), /^--targets cron: no such target; there are/)
    assert.throws(() => read("--runs", "0"), /^--runs 0: a whole number from 1 to 9999$/)
    assert.throws(() => read("--short", "--results"), /^--results needs a whole run/)
    assert.throws(() => read("--fast"), /--fast/)
  })
})

describe("figures of the bench", () => {
  it("have metrics with ids of their own", () => {
    const ids = figures.flatMap(({ metrics }) => metrics.map(({ id }) => id))
    assert.deepEqual([...new Set(ids)], ids)
  })

  it("are the rows of the table", () => {
    assert.deepEqual([...new Set(figures.map(({ row }) => row))].length, 14)
  })
})

import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import type { Stage } from "../compare/Stage.ts"
import { applying } from "./applying.ts"
import { bulk } from "./bulk.ts"
import { configErrors } from "./configErrors.ts"
import { configValues } from "./configValues.ts"
import { control } from "./control.ts"
import { edges } from "./edges.ts"
import { events } from "./events.ts"
import { fastCgi } from "./fastCgi.ts"
import { flags } from "./flags.ts"
import { http } from "./http.ts"
import { lifecycle } from "./lifecycle.ts"
import { logs } from "./logs.ts"
import { methods } from "./methods.ts"
import { rows } from "./rows.ts"
import { servers } from "./servers.ts"
import { sessions } from "./sessions.ts"
import { update } from "./update.ts"

const stages: ReadonlyArray<Stage> = [
  ...applying,
  ...bulk,
  ...configErrors,
  ...configValues,
  ...control,
  ...edges,
  ...events,
  ...fastCgi,
  ...flags,
  ...http,
  ...lifecycle,
  ...logs,
  ...methods,
  ...rows,
  ...servers,
  ...sessions,
  ...update
]

const scenarioFloor = 350
const differenceCeiling = 40

const names = stages.flatMap((stage) => stage.scenarios.map(({ name }) => `${stage.name}/${name}`))
const differences = stages.flatMap((stage) => stage.differences ?? [])

/** Rows of section 12 that no living daemon can be shown with, each with the test of its part. */
const inCore: ReadonlyMap<number, string> = new Map([[69, "test/core/describe.test.ts"]])
const lastRow = 110

/** `row 7: …` and `row 83 and 84: …`, at the beginning of a stage or of a scenario. */
const rowsOf = (name: string): ReadonlyArray<number> =>
  [...name.matchAll(/(?:^|\/)row (\d+)(?: and (\d+))?:/g)].flatMap(([, one, other]) =>
    other === undefined ? [Number(one)] : [Number(one), Number(other)]
  )

describe("the comparison with supervisord", () => {
  it("has its floor of scenarios, each with a name of its own", () => {
    assert.isAtLeast(names.length, scenarioFloor)
    assert.strictEqual(new Set(names).size, names.length)
  })

  it("every row of section 12 is played", () => {
    const played = new Set(names.flatMap(rowsOf))
    const root = new URL("../../../", import.meta.url)
    for (const [row, file] of inCore) {
      assert.include(readFileSync(new URL(file, root), "utf8"), `"row ${row}: `, file)
    }
    const all = Array.from({ length: lastRow }, (_, index) => index + 1)
    assert.deepStrictEqual(
      all.filter((row) => !played.has(row) && !inCore.has(row)),
      []
    )
    assert.deepStrictEqual(
      [...played].filter((row) => !all.includes(row)),
      []
    )
  })

  it("has a closed list of differences", () => {
    assert.isAtMost(differences.length, differenceCeiling)
  })

  it("binds each difference to one scenario of its stage, anchored, with a reason", () => {
    for (const stage of stages) {
      const own = new Set(stage.scenarios.map(({ name }) => `${stage.name}/${name}`))
      for (const { ours, scenario, theirs, why } of stage.differences ?? []) {
        assert.isTrue(own.has(scenario), scenario)
        assert.isAbove(why.length, 10, scenario)
        const patterns = [theirs, ours].filter((one) => one !== null)
        assert.isAbove(patterns.length, 0, scenario)
        for (const { source } of patterns) assert.match(source, /^\^.*\$$/s, scenario)
      }
    }
  })
})

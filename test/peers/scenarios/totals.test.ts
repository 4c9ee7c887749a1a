import { assert, describe, it } from "vitest"
import type { Stage } from "../compare/Stage.ts"
import { configErrors } from "./configErrors.ts"
import { configValues } from "./configValues.ts"
import { control } from "./control.ts"
import { events } from "./events.ts"
import { http } from "./http.ts"
import { lifecycle } from "./lifecycle.ts"
import { logs } from "./logs.ts"
import { methods } from "./methods.ts"
import { update } from "./update.ts"

const stages: ReadonlyArray<Stage> = [
  ...configErrors,
  ...configValues,
  ...control,
  ...events,
  ...http,
  ...lifecycle,
  ...logs,
  ...methods,
  ...update
]

const scenarioFloor = 150
const differenceCeiling = 40

const names = stages.flatMap((stage) => stage.scenarios.map(({ name }) => `${stage.name}/${name}`))
const differences = stages.flatMap((stage) => stage.differences ?? [])

describe("the comparison with supervisord", () => {
  it("has its floor of scenarios, each with a name of its own", () => {
    assert.isAtLeast(names.length, scenarioFloor)
    assert.strictEqual(new Set(names).size, names.length)
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

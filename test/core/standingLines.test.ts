import { assert, describe, it } from "vitest"
import { renderStanding } from "../../src/cli/render/standing.ts"

const quiet = { generation: 3, pending: null, phase: "idle", pin: null, problems: [] } as const
const options = { colour: false, directory: "/srv", dateTime: String }

describe("what status says below its table", () => {
  it("is nothing when all is as declared", () => {
    assert.deepEqual(renderStanding(quiet, options), [])
    assert.deepEqual(renderStanding({ ...quiet, phase: "loading" }, options), [])
  })

  it("tells of an update at work", () => {
    assert.deepEqual(renderStanding({ ...quiet, phase: "applying" }, options), [
      "Generation 3 is being applied; reeve plan shows what is left to do."
    ])
  })
})

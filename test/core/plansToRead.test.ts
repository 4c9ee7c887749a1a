/** The plans on which questions were asked (test/fixtures/plans) are those that reeve prints. */
import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { plan } from "../../src/core/plan.ts"
import { renderPlan } from "../../src/core/renderPlan.ts"
import { now } from "./reading/became.ts"
import { type PlanToRead, plansToRead } from "./reading/plansToRead.ts"

const folder = new URL("../fixtures/plans/", import.meta.url)

const render = ({ actual, desired, options }: PlanToRead): string =>
  renderPlan(plan(desired, actual, options), {
    colour: false,
    width: 110,
    now,
    dateTime: () => "2026-11-22 14:30:05"
  })

describe("a plan that people were asked about", () => {
  for (const [name, made] of Object.entries(plansToRead)) {
    it(`prints ${name}`, () => {
      const text = readFileSync(new URL(`${name}.txt`, folder), "utf8")
      assert.strictEqual(render(made()), text)
    })
  }

  it("is each of the files there", () => {
    const names = readdirSync(folder).filter((file) => file.endsWith(".txt"))
    assert.deepEqual(
      names.toSorted(),
      Object.keys(plansToRead)
        .map((name) => `${name}.txt`)
        .toSorted()
    )
  })
})

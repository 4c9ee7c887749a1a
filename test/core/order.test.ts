import { assert, describe, it } from "vitest"
import { walk } from "../../src/core/graph.ts"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { graphFault } from "./planning/graphFault.ts"
import { lines } from "./planning/lines.ts"
import { allRunning, confirmed, declare, nothing, program } from "./planning/world.ts"

const ranked = (name: string, priority: number, group?: number) =>
  program({
    name,
    definition: { priority },
    ...(group === undefined ? {} : { groupPriority: group })
  })

describe("order", () => {
  it("starts by priority of the group, then of the program, side by side within one rank", () => {
    const desired = declare(
      ranked("late", 1, 20),
      ranked("b", 5, 10),
      ranked("a", 5, 10),
      ranked("first", 1, 10)
    )
    assert.strictEqual(
      lines(plan(desired, nothing, unattended)),
      [
        "a1 start first: first start",
        "a2 start a <- s1: first start",
        "a3 start b <- s1: first start",
        "a4 start late <- s2: first start",
        "s1 = a1",
        "s2 = a2 a3",
        "s3 = a4"
      ].join("\n")
    )
  })

  it("stops in the reverse order, and before anything starts", () => {
    const before = declare(ranked("db", 1), ranked("web", 5))
    assert.strictEqual(
      lines(
        plan(
          declare(program({ name: "new", definition: { umask: 0 } })),
          allRunning(before),
          confirmed
        )
      ),
      [
        "a1 stop(TERM 10000) web: removed since 3f2c1ab90d",
        "a2 stop(TERM 10000) db <- s1: removed since 3f2c1ab90d",
        "a3 start new <- s2: first start",
        "s1 = a1",
        "s2 = a2",
        "s3 = a3"
      ].join("\n")
    )
  })
})

describe("walk", () => {
  const actions = plan(declare(ranked("a", 1), ranked("b", 2), ranked("c", 2)), nothing, unattended)

  it("gives an action out when all before it have ended", () => {
    const { ended, first } = walk(actions)
    assert.deepEqual(
      first.map(({ address }) => `${address}`),
      ["a"]
    )
    assert.deepEqual(
      ended("a1").map(({ address }) => `${address}`),
      ["b", "c"]
    )
    assert.deepEqual(ended("a2"), [])
  })

  it("refuses a plan with unknown ids, doubles and circles", () => {
    assert.isNull(graphFault(actions))
    const [a, b, c] = actions.actions
    if (a === undefined || b === undefined || c === undefined) throw new Error("three actions")
    const fault = (...changed: typeof actions.actions) =>
      graphFault({ actions: changed, stages: actions.stages })
    assert.strictEqual(fault(a, b), "stage s2 names a3, which is not in it")
    assert.strictEqual(fault(a, b, b), "two of its actions share an id")
    assert.strictEqual(fault({ ...a, dependsOn: ["s2"] }, b, c), "action a1 waits for itself")
  })
})

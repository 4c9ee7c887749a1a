import { assert, describe, it } from "vitest"
import { dependencyInput } from "../../../src/core/dependency/dependencyInput.ts"
import { edgeText } from "../../../src/core/dependency/edgeText.ts"
import { awaitedText, metText } from "../../../src/core/dependency/waitingText.ts"
import { expandDependencies } from "../../../src/core/expandDependencies.ts"
import { dependencyOf } from "./dependencyOf.ts"

describe("what was written for a dependency", () => {
  it("is ready, needed and kept where nothing else is said", () => {
    assert.deepEqual(expandDependencies(undefined), {})
    assert.deepEqual(expandDependencies({ db: {}, job: "completed", x: { onLoss: "stop" } }), {
      db: dependencyOf(),
      job: dependencyOf({ when: "completed" }),
      x: dependencyOf({ onLoss: "stop" })
    })
  })

  it("comes back in its shortest form, and means the same again", () => {
    const seen: Array<unknown> = []
    for (const when of ["started", "ready", "completed"] as const) {
      for (const optional of [false, true]) {
        for (const onLoss of ["keep", "restart", "stop"] as const) {
          const dependency = { when, optional, onLoss }
          const input = dependencyInput({ "shop:db": dependency }, "shop:db")
          seen.push(input)
          if (input === null) throw new Error("it is there")
          const given = typeof input === "string" ? { when } : input
          assert.deepEqual(expandDependencies({ db: given }), { db: dependency })
          assert.strictEqual(typeof input === "string", !optional && onLoss === "keep")
        }
      }
    }
    assert.deepEqual(seen.slice(6, 9), [
      "ready",
      { when: "ready", onLoss: "restart" },
      { when: "ready", onLoss: "stop" }
    ])
    assert.deepEqual(seen[9], { when: "ready", optional: true })
  })

  it("is null for a name that is not there, whatever it means to JavaScript", () => {
    assert.isNull(dependencyInput({}, "constructor"))
    assert.isNull(dependencyInput({ db: dependencyOf() }, "web"))
  })
})

describe("dependencies in words", () => {
  const on = [
    { program: "db", when: "ready" },
    { program: "migrate", when: "completed" },
    { program: "cache", when: "started" }
  ] as const

  it("are lists as people write them", () => {
    assert.strictEqual(awaitedText(on.slice(0, 1)), "db to be ready")
    assert.strictEqual(awaitedText(on.slice(0, 2)), "db to be ready and migrate to complete")
    assert.strictEqual(
      awaitedText(on),
      "db to be ready, migrate to complete and cache to be started"
    )
    assert.strictEqual(metText(on), "db is ready, migrate has completed and cache is started")
    assert.strictEqual(awaitedText([]), "")
  })

  it("tell the condition and what differs from the default", () => {
    assert.strictEqual(edgeText(dependencyOf()), "ready")
    assert.strictEqual(
      edgeText({ when: "started", optional: true, onLoss: "stop" }),
      "started, optional, stops with it"
    )
    assert.strictEqual(edgeText(dependencyOf({ onLoss: "restart" })), "ready, restarts with it")
  })
})

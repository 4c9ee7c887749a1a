import { assert, describe, it } from "vitest"
import { endedWithDaemon } from "../../src/core/endedWithDaemon.ts"
import { State } from "../../src/domain/State.ts"

const killed = { kind: "signal", signal: "SIGKILL", number: 9, core: false } as const
const kinds = (...[state, end]: Parameters<typeof endedWithDaemon>) =>
  endedWithDaemon(state, end).map(({ kind }) => kind)

describe("an instance that is to end with its daemon", () => {
  it.for(["STARTING", "RUNNING"] as const)(
    "in %s is started again when the kernel ended it",
    (up) => {
      assert.deepEqual(kinds(up, killed), ["renewed", "start"])
      assert.deepEqual(kinds(up, { kind: "unknown" }), ["renewed", "start"])
    }
  )

  it.for(["STARTING", "RUNNING"] as const)("in %s is replaced when it lives all the same", (up) => {
    assert.deepEqual(kinds(up, null), ["stop", "start"])
  })

  it("has an end of its own when it exited, or another signal ended it", () => {
    assert.isEmpty(kinds("RUNNING", { kind: "code", code: 0 }))
    assert.isEmpty(kinds("RUNNING", { ...killed, signal: "SIGTERM", number: 15 }))
  })

  it("stays what it is in every other state", () => {
    const others = State.literals.filter((state) => state !== "STARTING" && state !== "RUNNING")
    assert.lengthOf(others, 6)
    for (const state of others) {
      for (const end of [killed, null]) assert.isEmpty(kinds(state, end), state)
    }
  })
})
